// What the first bytes of a body say about it: servers label videos as text, and pages as videos.

import type { Bytes } from '../internal/body-reader.ts';
import { quote, shorten } from '../internal/text.ts';

/** How many bytes are enough: three packets of an MPEG transport stream, and the beginning of a page. */
export const FIRST_BYTES = 400;

/** Types that no video has: pages, and the playlists of streams. */
const PAGE_TYPES = /^text\/|html|json|xml|mpegurl/i;

/** Types that say nothing. */
const VAGUE_TYPES = /^(?:$|(?:application|binary)\/(?:octet-stream|x-download|force-download))/i;

/** How HTML, XML, JSON and a playlist begin; also so few bytes that they may be their beginning. */
const PAGE_START =
  /^(?:\u00ef\u00bb\u00bf)?\s*(?:$|<(?:$|[!?a-z])|[{[]\s*(?:$|["{[\]}\d])|"(?:$|[ -~])|#EXTM3U)/i;

/** What begins like this is a page, with any continuation. */
const CERTAIN_PAGE_START = /^(?:\u00ef\u00bb\u00bf)?\s*<(?:!doctype|html|head|body|\?xml)\b/i;

const latin1 = (bytes: Uint8Array) => String.fromCharCode(...bytes.subarray(0, FIRST_BYTES));

/** Whether the text, one character a byte, begins as a container of video does. */
function isVideo(start: string): boolean {
  const has = (offset: number, ...texts: string[]) => texts.some((text) => start.startsWith(text, offset));
  const repeats = (first: number, length: number) =>
    [0, 1, 2].every((n) => has(first + n * length, 'G') || (n === 2 && start.length <= first + n * length));
  return (
    // MP4 and QuickTime: a length, then the type of the first box.
    has(4, 'ftyp', 'styp', 'moov', 'moof', 'mdat', 'sidx', 'free', 'skip', 'wide', 'pnot') ||
    // WebM and Matroska; an MPEG program stream, and a video stream; Ogg; FLV.
    has(0, '\x1aE\xdf\xa3', '\0\0\x01\xba', '\0\0\x01\xb3', 'OggS', 'FLV\x01') ||
    (has(0, 'RIFF') && has(8, 'AVI ')) ||
    // An MPEG transport stream, of 188 or, with time stamps, 192 bytes a packet.
    repeats(0, 188) ||
    repeats(4, 192)
  );
}

/** Whether the bytes are text: a video may begin with `<` by chance, but does not continue as text. */
function isText(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, FIRST_BYTES), {
      stream: true,
    });
    return !/[^\P{Cc}\s]/u.test(text);
  } catch {
    return false;
  }
}

/** Whether a body is a page rather than a video, by its first bytes and, if they are not a video's, its type. */
export function isPage(contentType: string | null, firstBytes: Uint8Array): boolean {
  const start = latin1(firstBytes);
  if (isVideo(start)) return false;
  const type = contentType ?? '';
  if (PAGE_TYPES.test(type) || CERTAIN_PAGE_START.test(start)) return true;
  return PAGE_START.test(start) && (VAGUE_TYPES.test(type) || isText(firstBytes));
}

/** A page as a message quotes it: its type, and how it begins. */
export function quotePage(contentType: string | null, bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, FIRST_BYTES), { stream: true });
  return `${contentType === null ? 'a page without a type' : quote(contentType)}: ${shorten(text)}`;
}

export function concat(first: Bytes, second: Bytes): Bytes {
  const bytes = new Uint8Array(first.byteLength + second.byteLength);
  bytes.set(first);
  bytes.set(second, first.byteLength);
  return bytes;
}
