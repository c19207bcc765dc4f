// Which part of a file a response has, and whether it continues what has come before.

import type { FetchResponse } from '../options/client-options.ts';
import { codingsOf } from './content-encoding.ts';
import { parseContentRange } from './content-range.ts';
import { headerOf, type ResponseHeaders, validatorOf } from './validators.ts';

/** Part of a file: the body of one response. */
export interface FilePart {
  /** Where in the file the body begins. */
  readonly start: number;
  /** Where in the file the body ends, the end not included; `null` if that is not known. */
  readonly end: number | null;
  /** The file's length, or `null` if it is not known. */
  readonly totalBytes: number | null;
  /** What identifies this version of the file, or `null` if nothing does. */
  readonly validator: string | null;
}

/** What is known of the file whose bytes have come. */
export type KnownFile = Pick<FilePart, 'validator' | 'totalBytes'>;

/** The body as its Content-Range describes it, else the whole file; `null` if the headers contradict themselves. */
function rangeOf({ status, headers }: FetchResponse, isEncoded: boolean): Omit<FilePart, 'validator'> | null {
  const contentLength = headers.get('content-length') ?? '';
  const length = /^\d+$/.test(contentLength) && !isEncoded ? Number(contentLength) : null;
  const header = headers.get('content-range');
  if (header === null) return status === 206 ? null : { start: 0, end: length, totalBytes: length };
  const range = parseContentRange(header);
  return range !== null && length !== null && length !== range.end - range.start ? null : range;
}

/** Reads the headers of a successful response. What decides is its Content-Range: servers mix up 200 and 206. */
export function readPart(response: FetchResponse): FilePart | null {
  const isEncoded = codingsOf(response.headers).length > 0;
  const range = rangeOf(response, isEncoded);
  if (range === null || !isEncoded) return range && { ...range, validator: validatorOf(response.headers) };
  // Ranges and validators are those of the encoded body, which the fetch has decoded.
  const isWhole = range.start === 0 && range.end === range.totalBytes;
  return isWhole ? { start: 0, end: null, totalBytes: null, validator: null } : null;
}

/** Whether a response is certain to have the file that is known: then its bytes can be joined to those that have come. */
function isSameFile({ validator, totalBytes }: KnownFile, part: FilePart, headers: ResponseHeaders): boolean {
  const isSameLength = totalBytes === null || part.totalBytes === null || totalBytes === part.totalBytes;
  const isSameVersion =
    validator !== null && part.validator !== null && headers.get(headerOf(validator)) === validator;
  return isSameLength && isSameVersion;
}

/** Whether a response shows that the file is no longer the one that is known. */
export function hasChanged(
  { validator, totalBytes }: KnownFile,
  part: FilePart,
  headers: ResponseHeaders,
): boolean {
  const isOtherLength = totalBytes !== null && part.totalBytes !== null && totalBytes !== part.totalBytes;
  const now = validator === null ? null : headers.get(headerOf(validator));
  return isOtherLength || (now !== null && now !== validator);
}

/** Whether a part has what comes at `position`, possibly after bytes that have come already. */
export function continues(
  known: KnownFile,
  part: FilePart,
  headers: ResponseHeaders,
  position: number,
): boolean {
  if (part.start > position) return false;
  // Of a file that is complete, a response has nothing new.
  const isLongEnough = part.end === null || part.end > position || part.totalBytes === position;
  return position === 0 || (isLongEnough && isSameFile(known, part, headers));
}

/**
 * Whether nothing of the file is missing at `position`, after a body that has been read up to `at`.
 *
 * @param isDone - Whether the body ended, rather than broke.
 */
export function isFileComplete(
  { totalBytes }: KnownFile,
  position: number,
  { part, at }: { readonly part: FilePart; readonly at: number },
  isDone: boolean,
): boolean {
  if (position === 0) return false;
  if (totalBytes !== null) return position === totalBytes;
  return isDone && part.end === null && at === position;
}

/** Why a response does not have what was requested. */
export function mismatch(status: number, part: FilePart | null): string {
  if (part !== null)
    return `the server sent a part of it from byte ${part.start} on, which was not requested`;
  return `the server answered ${status} without saying which part of the file that is`;
}
