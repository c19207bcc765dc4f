import type { TimeLimit } from './time-limit.ts';

/** The longest reply that is read, in bytes: a status has a few hundred. */
export const MAX_REPLY_BYTES = 2 ** 20;

/** What has been read of a body, also where the reading ended early. */
export interface ReplyText {
  text: string;
  /** Whether the body was longer than is read; the rest was left. */
  isTooLong: boolean;
}

/**
 * Reads a body as text into `reply`, at most 1 MiB of it, counted after decompression.
 *
 * @throws what the stream throws when it breaks; `reply` then has what came before.
 */
export async function readReply(response: Response, reply: ReplyText, limit: TimeLimit): Promise<void> {
  if (!response.body) return;
  const reader = response.body.getReader();
  // Closes the connection, also that of a fetch that does not heed its signal, and is not waited for.
  const stop = () => void reader.cancel().catch(() => {});
  limit.onEnd = stop;
  if (limit.signal.aborted) stop();
  const decoder = new TextDecoder();
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const room = MAX_REPLY_BYTES - bytes;
    bytes += value.byteLength;
    reply.text += decoder.decode(value.subarray(0, room), { stream: true });
    if (bytes > MAX_REPLY_BYTES) {
      reply.isTooLong = true;
      return stop();
    }
  }
  reply.text += decoder.decode();
}

/** The value that a JSON text stands for; `undefined`, which none stands for, where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Closes the connection of an answer that is of no use. */
export function discard(response: Response): void {
  response.body?.cancel().catch(() => {});
}
