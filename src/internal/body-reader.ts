// Reads the body of any fetch: a stream of the platform, one of Node (node-fetch), or none at all (React Native).

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

/** A response of any fetch. */
interface AnyResponse {
  readonly body?: unknown;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Whether the body comes in chunks: it does not in React Native, nor in many mocks. */
export const hasStream = ({ body }: AnyResponse) => isStream(body) || isIterable(body);

async function* wholeBody(response: AnyResponse) {
  yield new Uint8Array(await response.arrayBuffer());
}

/** @param decode - Applied to a stream of the platform; the others have been decoded. */
export function bodyReader(
  response: AnyResponse,
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

/** Closes the connection of a response whose body is not needed. */
export function discard({ body }: Pick<AnyResponse, 'body'>): void {
  if (isStream(body)) body.cancel().catch(() => {});
  else if (isIterable(body)) body.destroy?.();
}
