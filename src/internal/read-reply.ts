// Reads the body of a reply, up to a size limit; and other parts of a response of any fetch.

import { bodyReader, hasStream } from './body-reader.ts';
import type { TimeLimit } from './time-limit.ts';

/** The longest reply that is read, in bytes: a status has a few hundred. */
export const MAX_REPLY_BYTES = 2 ** 20;

/** What has been read of a body, even if the reading ended early. */
export interface ReplyText {
  text: string;
  /** Whether the body was longer than is read; the rest was left. */
  isTooLong: boolean;
}

/** The headers of a response, also of a mock that has none, or a plain object. */
export function headersOf({ headers }: { readonly headers: Headers | undefined }): Headers {
  return typeof headers?.get === 'function' ? headers : new Headers(headers);
}

/**
 * Reads a body as text into `reply`, at most 1 MiB of it, counted after decompression.
 *
 * @throws what the stream throws when it breaks; `reply` then has what came before.
 */
export async function readReply(response: Response, reply: ReplyText, limit: TimeLimit): Promise<void> {
  // If there is no stream, the runtime may have no TextDecoder either.
  if (!hasStream(response)) {
    const text = await wholeText(response);
    reply.text = text.slice(0, MAX_REPLY_BYTES);
    reply.isTooLong = text.length > MAX_REPLY_BYTES;
    return;
  }
  const { read, cancel } = bodyReader(response);
  // Closes the connection also of a fetch that does not obey its signal.
  limit.onEnd = cancel;
  if (limit.signal.aborted) cancel();
  const decoder = new TextDecoder();
  try {
    for (let room = MAX_REPLY_BYTES; ; ) {
      const { value } = await read();
      if (value === undefined) break;
      reply.text += decoder.decode(value.subarray(0, room), { stream: true });
      room -= value.byteLength;
      if (room < 0) {
        reply.isTooLong = true;
        return;
      }
    }
    reply.text += decoder.decode();
  } finally {
    cancel();
  }
}

/** Of a response without a stream; a mock may offer nothing but `json()`, or nothing if it is an error. */
async function wholeText(response: Response): Promise<string> {
  if (typeof response.text === 'function') return response.text();
  return typeof response.json === 'function' ? JSON.stringify(await response.json()) : '';
}

/** Parses JSON; `undefined`, which no JSON text represents, if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
