// Whether a body was encoded on its way here, and who decodes it.

import { isDeno } from '../internal/runtime.ts';
import type { ResponseHeaders } from './validators.ts';

/** The codings that a fetch decodes. Any other, such as the `aws-chunked` of S3, it leaves as it is. */
const DECODED = ['gzip', 'x-gzip', 'deflate', 'br', 'zstd'];

/** The codings that a fetch removes from a body, the last applied first; none if the bytes are the file's own. */
export function codingsOf(headers: ResponseHeaders): string[] {
  const codings = (headers.get('content-encoding') ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  // One that a fetch does not know stops it from decoding the others.
  return codings.every((coding) => DECODED.includes(coding)) ? codings.reverse() : [];
}

type ByteStream = ReadableStream<Uint8Array<ArrayBuffer>>;

/**
 * The body without its codings.
 *
 * @throws {@link TypeError} The platform cannot decode them.
 */
export function decode(body: ByteStream, headers: ResponseHeaders): ByteStream {
  // Deno's fetch decodes nothing once a request names the codings that it accepts; any other has decoded it by now.
  if (!isDeno()) return body;
  return codingsOf(headers).reduce((stream, coding) => {
    const format = coding === 'x-gzip' ? 'gzip' : coding;
    return stream.pipeThrough(new DecompressionStream(format as CompressionFormat));
  }, body);
}
