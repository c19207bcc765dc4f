// The emulator behind a `fetch` function.

import { type EmulatorReply, sentPart } from './emulator-reply.ts';

/** Small enough that a download comes in several pieces. */
const CHUNK_BYTES = 4096;

/** The body in pieces: it stops when the request is aborted, and breaks if a fault says so. */
function bodyOf(reply: EmulatorReply, signal: AbortSignal): ReadableStream<Uint8Array> {
  const bytes = sentPart(reply);
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (signal.aborted) return controller.error(signal.reason);
      if (offset < bytes.length) {
        controller.enqueue(bytes.slice(offset, offset + CHUNK_BYTES));
        offset += CHUNK_BYTES;
      } else if (reply.broken === 'truncated') {
        controller.error(new TypeError('terminated', { cause: new Error('other side closed') }));
      } else {
        controller.close();
      }
    },
  });
}

/** Rejects when the signal is aborted, and never settles otherwise. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** Turns the request of a fetch into its response. */
export async function fetchReply(
  request: Request,
  replyTo: (body: string) => EmulatorReply,
): Promise<Response> {
  const { signal } = request;
  signal.throwIfAborted();
  const body = request.body === null ? '' : await request.text();
  signal.throwIfAborted();
  const reply = replyTo(body);
  // As with a network, the response comes later: an abort in the same turn still counts.
  await null;
  signal.throwIfAborted();
  if (reply.broken === 'timeout') return aborted(signal);
  if (reply.broken === 'reset') {
    throw new TypeError('fetch failed', {
      cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
    });
  }
  const { status, headers } = reply;
  const response = new Response(reply.body && bodyOf(reply, signal), { status, headers });
  // A fetched response has the URL that it came from; a constructed one has none.
  return Object.defineProperty(response, 'url', { value: request.url, configurable: true });
}
