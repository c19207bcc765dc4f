// What a successful response, or a 416, means for a file of which some bytes may have come.

import { continues, type FilePart, hasChanged, type KnownFile } from './file-part.ts';
import type { ResponseHeaders } from './validators.ts';

/** How far the download of a file has come. */
export interface FileState {
  readonly file: KnownFile;
  /** Where in the file the next byte is. */
  readonly position: number;
  /** Whether bytes have been delivered: from then on the file must stay the same. */
  readonly hasBegun: boolean;
}

/**
 * - `accept`: it has what is due.
 * - `acceptFromStart`: it has the whole of another file, and nothing of the first has been delivered.
 * - `startOver`: it shows that the position is of no use, and nothing has been delivered; another response may have the file.
 * - `changed`: it has another file than the one that has been delivered in part.
 * - `requestWhole`: it does not have what was requested; a request without a range may.
 */
export type ResponseDecision = 'accept' | 'acceptFromStart' | 'startOver' | 'changed' | 'requestWhole';

/** Whether it is certain which part of the file the body is. */
function isClear(
  part: FilePart,
  { totalBytes }: KnownFile,
  headers: ResponseHeaders,
  isRange: boolean,
): boolean {
  if (!isRange || headers.get('content-range') !== null) return true;
  // Without a Content-Range it may be the requested range or the whole file; its length decides.
  return part.totalBytes !== null && part.totalBytes === totalBytes;
}

/**
 * @param part - What the headers say that the body is; `null` if they contradict themselves, or the status is 416.
 * @param isRange - Whether a range was requested.
 */
export function decideOnResponse(
  { file, position, hasBegun }: FileState,
  part: FilePart | null,
  headers: ResponseHeaders,
  isRange: boolean,
): ResponseDecision {
  // Bytes have come of which none has been delivered: an earlier download's, which may be dropped.
  const isDroppable = position > 0 && !hasBegun;
  if (part === null) return isDroppable ? 'startOver' : 'requestWhole';
  if (!isClear(part, file, headers, isRange)) return 'requestWhole';

  // An earlier download's length is not known: without it, a file that was cut off would look complete.
  const isLengthKnown = !isDroppable || part.totalBytes !== null;
  if (isLengthKnown && continues(file, part, headers, position)) return 'accept';
  if (isDroppable) return part.start === 0 ? 'acceptFromStart' : 'startOver';
  // A response to a range may be of the same file, and only be wrong.
  const isOther = !isRange || hasChanged(file, part, headers);
  return position > 0 && isOther ? 'changed' : 'requestWhole';
}
