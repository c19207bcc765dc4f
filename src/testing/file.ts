// A file of the emulated file host, whole or a range of it.

import { bytesReply, type EmulatorReply, textReply } from './emulator-reply.ts';

export interface StoredFile {
  readonly bytes: Uint8Array;
  /** A strong entity tag, quotes included. */
  readonly etag: string;
  /** An HTTP date. */
  readonly lastModified: string;
}

/** @param serial differs from file to file, so that no two share an entity tag */
export function storeFile(bytes: Uint8Array, created: number, serial: number): StoredFile {
  return {
    bytes,
    etag: `"${serial}-${bytes.length}"`,
    lastModified: new Date(created * 1000).toUTCString(),
  };
}

/** The first and the last byte of `Range: bytes=…`; null if there is no range; undefined if it is outside the file. */
function readRange(header: string | null, size: number): [first: number, last: number] | null | undefined {
  // The reply to several ranges at once, and to what is not a range, may be the whole file.
  const match = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/.exec(header ?? '');
  if (match === null) return null;
  const [, from, to, suffix] = match;
  const first = from === undefined ? Math.max(0, size - Number(suffix)) : Number(from);
  const last = to ? Math.min(Number(to), size - 1) : size - 1;
  if (to && Number(to) < Number(from)) return null;
  return first < size ? [first, last] : undefined;
}

/** Serves a file, whole or a range of it, as a file host does. */
export function fileReply(headers: Headers, { bytes, etag, lastModified }: StoredFile): EmulatorReply {
  const ifRange = headers.get('if-range');
  const isFresh = ifRange === null || ifRange === etag || ifRange === lastModified;
  const range = isFresh ? readRange(headers.get('range'), bytes.length) : null;
  const common = { etag, 'last-modified': lastModified, 'accept-ranges': 'bytes' };
  if (range === undefined) {
    const reply = textReply(416, `There are ${bytes.length} bytes.`);
    return { ...reply, headers: { ...reply.headers, ...common, 'content-range': `bytes */${bytes.length}` } };
  }
  const part = range === null ? bytes : bytes.subarray(range[0], range[1] + 1);
  const reply = bytesReply(range === null ? 200 : 206, 'video/mp4', part);
  const contentRange = range === null ? {} : { 'content-range': `bytes ${range.join('-')}/${bytes.length}` };
  return { ...reply, headers: { ...reply.headers, ...common, ...contentRange } };
}
