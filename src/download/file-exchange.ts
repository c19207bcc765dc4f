import { isDeno, uncached } from '../internal/runtime.ts';

/** What an answer of a file server says of the file, and of the part of it that its body is. */
export interface FileHead {
  readonly contentType: string | null;
  /** The file's length, or `null` where it is unknown. */
  readonly totalBytes: number | null;
  /** Where in the file the body begins. */
  readonly start: number;
  /** Where in the file the body ends, the end not included; `null` where that is unknown. */
  readonly end: number | null;
  /** What the file is known by from one answer to the next, as `If-Range` takes it; `null` where nothing serves. */
  readonly validator: string | null;
}

/** What is known of a file. */
export type FileMark = Pick<FileHead, 'validator' | 'totalBytes'>;

type FileBody = ReadableStream<Uint8Array<ArrayBuffer>>;

/** One answer: the file from the byte that was due. */
export interface FilePart {
  readonly head: FileHead;
  readonly reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;
}

/** A request for a file, from a byte on. Nothing in it tells who asks: no key, no cookie, no header of the client. */
export function fileRequest(position: number, validator: string | null, signal: AbortSignal): RequestInit {
  // Encoded bytes could not be counted, nor asked for again.
  const headers = new Headers({ 'accept-encoding': 'identity' });
  if (position > 0 && validator !== null) {
    headers.set('range', `bytes=${position}-`);
    headers.set('if-range', validator);
  }
  // A player leaves parts of the file in a browser's cache, which then answers 206 to a request for the whole of it.
  const init = uncached({ headers, signal });
  // workerd has these properties only where it lets one set them.
  if ('credentials' in Request.prototype) init.credentials = 'omit';
  if ('referrerPolicy' in Request.prototype) init.referrerPolicy = 'no-referrer';
  return init;
}

const isEtag = (validator: string) => validator.startsWith('"');

/**
 * A strong ETag, else the date of the last change. A weak ETag promises no equality of bytes, and so does a date
 * that is less than a second older than the answer: the file may have changed again (RFC 9110, section 8.8.2.2).
 */
function validatorOf(headers: Headers): string | null {
  const etag = headers.get('etag');
  if (etag !== null && isEtag(etag)) return etag;
  const lastModified = headers.get('last-modified');
  if (lastModified === null) return null;
  const answered = Date.parse(headers.get('date') ?? '') || Date.now();
  return answered - Date.parse(lastModified) >= 1000 ? lastModified : null;
}

/** Which part of the file a 206 brings, or how long the file is by a 416: an empty part at its end. */
function readRange(header: string | null): Pick<FileHead, 'start' | 'end' | 'totalBytes'> | null {
  const [, first, last, total] = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(header ?? '') ?? [];
  const totalBytes = total === undefined || total === '*' ? null : Number(total);
  if (first === undefined)
    return totalBytes === null ? null : { start: totalBytes, end: totalBytes, totalBytes };
  const [start, end] = [Number(first), Number(last) + 1];
  return start < end && end <= (totalBytes ?? end) ? { start, end, totalBytes } : null;
}

/** How a body was encoded on its way here, in spite of being asked not to; `null` where it was not. */
function encodingOf(headers: Headers): string | null {
  const encoding = headers.get('content-encoding')?.trim().toLowerCase() ?? '';
  return ['', 'identity'].includes(encoding) ? null : encoding;
}

/** The bytes of the file. @throws {TypeError} where the platform cannot decode them. */
export function decodedBody({ headers, body }: Response): FileBody | null | undefined {
  const encoding = encodingOf(headers);
  // The fetch of Deno decodes nothing for who says what to accept; any other has decoded it already.
  if (encoding === null || !isDeno()) return body;
  return body?.pipeThrough(new DecompressionStream(encoding as CompressionFormat));
}

/** Reads the head of a 200, a 206 or a 416; `null` where it does not say which part of the file it is about. */
export function readHead({ status, headers }: Response): FileHead | null {
  // What has been encoded, and decoded on the way, has another length than was promised, and other parts.
  const isEncoded = encodingOf(headers) !== null;
  const contentType = headers.get('content-type');
  const validator = isEncoded ? null : validatorOf(headers);
  if (status !== 200) {
    const range = isEncoded ? null : readRange(headers.get('content-range'));
    return range && { contentType, validator, ...range };
  }
  const length = headers.get('content-length') ?? '';
  const totalBytes = !isEncoded && /^\d+$/.test(length) ? Number(length) : null;
  return { contentType, validator, totalBytes, start: 0, end: totalBytes };
}

/** Whether a part can be of the file that is known: two files are never glued together. */
export function isSameFile(
  { validator, totalBytes }: FileMark,
  { headers }: Response,
  head: FileHead,
): boolean {
  if (totalBytes !== null && head.totalBytes !== null && totalBytes !== head.totalBytes) return false;
  if (validator === null) return false;
  // An answer to `If-Range` may leave it out. Where it differs, the server has ignored `If-Range`.
  const now = headers.get(isEtag(validator) ? 'etag' : 'last-modified');
  return now === null || now === validator;
}
