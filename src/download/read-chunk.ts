// Reads the next bytes of a body, and stops waiting for them once the server has been silent for too long.

import type { BodyReader, Bytes } from '../internal/body-reader.ts';
import { duration } from '../internal/text.ts';

/** Bytes; or the end of the body, with a `cause` if the connection broke or fell silent. */
export interface Chunk {
  readonly value?: Bytes | undefined;
  readonly done?: boolean | undefined;
  readonly cause?: unknown;
}

/** The time runs only while a read is pending: a slow reader of ours is not a silent server. */
export function readChunk(reader: BodyReader, timeout: number): Promise<Chunk> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ cause: new Error(`silent for ${duration(timeout)}`) }), timeout);
    const settle = (chunk: Chunk) => {
      clearTimeout(timer);
      resolve(chunk);
    };
    reader.read().then(settle, (cause: unknown) => settle({ cause }));
  });
}
