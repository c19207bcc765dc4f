import { type Reply, sentPart } from './reply.ts';

/** Small enough that a download comes in several pieces. */
const CHUNK_BYTES = 4096;

/** The body, piece by piece: it stops when the request is aborted, and breaks where a fault says so. */
function bodyOf(reply: Reply, signal: AbortSignal): ReadableStream<Uint8Array> {
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

/** Turns a fetch's request into its response, with no network between. */
export async function fetchReply(request: Request, answer: () => Reply): Promise<Response> {
  const { signal } = request;
  signal.throwIfAborted();
  const reply = answer();
  // As with a network, the answer comes later: an abort in the same turn still counts.
  await null;
  signal.throwIfAborted();
  if (reply.broken === 'timeout') return aborted(signal);
  if (reply.broken === 'reset') {
    throw new TypeError('fetch failed', {
      cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
    });
  }
  const { status, headers, body } = reply;
  const response = new Response(body && bodyOf(reply, signal), { status, headers });
  // A fetched response knows where it came from; a constructed one does not.
  return Object.defineProperty(response, 'url', { value: request.url, configurable: true });
}
