// Reads the body of any fetch: a stream of the platform, one of Node (node-fetch), or none at all (React Native).

import type { FetchResponse } from '../options/client-options.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

/** What is read of a body, chunk by chunk. */
export interface BodyReader {
  read(): Promise<{ done?: boolean | undefined; value?: Bytes | undefined }>;
  /** Closes the connection, and ignores whether that fails. */
  cancel(): void;
}

/** Node's stream, as node-fetch has it for a body. */
type NodeStream = AsyncIterable<Bytes> & { destroy?: () => void };

const isStream = (body: unknown): body is ReadableStream<Bytes> =>
  typeof (body as ReadableStream | undefined)?.getReader === 'function';

const isIterable = (body: unknown): body is NodeStream =>
  typeof (body as NodeStream | undefined)?.[Symbol.asyncIterator] === 'function';

async function* wholeBody(response: Pick<FetchResponse, 'arrayBuffer'>) {
  yield new Uint8Array(await response.arrayBuffer());
}

/** @param decode - Applied to a stream of the platform; the others have been decoded. */
export function bodyReader(
  response: Pick<FetchResponse, 'body' | 'arrayBuffer'>,
  decode: (stream: ReadableStream<Bytes>) => ReadableStream<Bytes> = (stream) => stream,
): BodyReader {
  const { body } = response;
  if (isStream(body)) {
    const reader = decode(body).getReader();
    return { read: () => reader.read(), cancel: () => void reader.cancel().catch(() => {}) };
  }
  const stream: NodeStream = isIterable(body) ? body : wholeBody(response);
  const chunks = stream[Symbol.asyncIterator]();
  return { read: () => chunks.next(), cancel: () => stream.destroy?.() };
}

export function concat(first: Bytes, second: Bytes): Bytes {
  const bytes = new Uint8Array(first.byteLength + second.byteLength);
  bytes.set(first);
  bytes.set(second, first.byteLength);
  return bytes;
}

/**
 * Reads on by itself once the end is near. Node 20's fetch, over npm's undici, ends the process where a connection
 * closes while its last bytes are not being read, and nothing can catch that.
 */
export function eagerReader({ read, cancel }: BodyReader, isNearEnd: () => boolean): BodyReader {
  const ahead: ReturnType<BodyReader['read']>[] = [];
  let isEager = false;
  const readOn = () => {
    const next = read();
    ahead.push(next);
    next.then(({ done }) => done || readOn()).catch(() => {});
  };
  return {
    read() {
      if (!isEager && isNearEnd()) {
        isEager = true;
        readOn();
      }
      return ahead.shift() ?? read();
    },
    cancel,
  };
}
