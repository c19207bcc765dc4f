// Reads the body of a reply, up to a size limit; and other ways to handle a response of any fetch.

import type { TimeLimit } from './time-limit.ts';

/** The longest reply that is read, in bytes: a status has a few hundred. */
export const MAX_REPLY_BYTES = 2 ** 20;

/** What has been read of a body, also where the reading ended early. */
export interface ReplyText {
  text: string;
  /** Whether the body was longer than is read; the rest was left. */
  isTooLong: boolean;
}

/** The headers of a response, also where it is a mock's, and has none or a plain object. */
export function headersOf({ headers }: { readonly headers: Headers | undefined }): Headers {
  return typeof headers?.get === 'function' ? headers : new Headers(headers);
}

/**
 * Reads a body as text into `reply`, at most 1 MiB of it, counted after decompression.
 *
 * @throws what the stream throws when it breaks; `reply` then has what came before.
 */
export async function readReply(response: Response, reply: ReplyText, limit: TimeLimit): Promise<void> {
  // None where there is no body, in React Native and in many mocks; and the runtime may then have no TextDecoder either.
  if (!isStream(response.body)) {
    const text = await wholeText(response);
    reply.text = text.slice(0, MAX_REPLY_BYTES);
    reply.isTooLong = text.length > MAX_REPLY_BYTES;
    return;
  }
  const decoder = new TextDecoder();
  let bytes = 0;
  for await (const chunk of chunksOf(response.body, limit)) {
    const room = MAX_REPLY_BYTES - bytes;
    bytes += chunk.byteLength;
    reply.text += decoder.decode(chunk.subarray(0, room), { stream: true });
    if (bytes > MAX_REPLY_BYTES) {
      reply.isTooLong = true;
      return;
    }
  }
  reply.text += decoder.decode();
}

const isStream = (body: unknown) =>
  typeof body === 'object' && body !== null && ('getReader' in body || Symbol.asyncIterator in body);

/** The bytes of a body, chunk by chunk. A loop that ends early closes the connection. */
async function* chunksOf(body: ReadableStream<Uint8Array>, limit: TimeLimit): AsyncGenerator<Uint8Array> {
  // node-fetch has a stream of Node.
  if (typeof body.getReader !== 'function') return yield* body as AsyncIterable<Uint8Array>;
  const reader = body.getReader();
  // Closes the connection, also that of a fetch that does not obey its signal, and is not waited for.
  const stop = () => void reader.cancel().catch(() => {});
  limit.onEnd = stop;
  if (limit.signal.aborted) stop();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    stop();
  }
}

/** Of a response without a stream; a mock may offer nothing but `json()`, or nothing where it is an error. */
async function wholeText(response: Response): Promise<string> {
  if (typeof response.text === 'function') return response.text();
  return typeof response.json === 'function' ? JSON.stringify(await response.json()) : '';
}

/** Parses JSON; `undefined`, which no JSON text represents, where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Closes the connection of a response whose body is not needed. */
export function discard(response: Response): void {
  const { body } = response;
  // A stream of Node, as node-fetch has, is destroyed instead.
  if (typeof body?.cancel === 'function') body.cancel().catch(() => {});
  else (body as { destroy?: () => void } | null | undefined)?.destroy?.();
}
