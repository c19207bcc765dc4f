// The body of one response, while it is being read.

import { type BodyReader, bodyReader } from '../internal/body-reader.ts';
import type { FetchResponse } from '../options/client-options.ts';
import { decode } from './content-encoding.ts';
import type { FilePart } from './file-part.ts';

export interface Connection {
  readonly part: FilePart;
  readonly contentType: string | null;
  readonly reader: BodyReader;
  /** Where in the file its next byte is. */
  at: number;
}

/** What is read without being asked for: more than a socket holds. */
const EAGER_BYTES = 2 ** 20;

/**
 * Reads on by itself once the end is near. Node 20's fetch, over npm's undici, ends the process if a connection
 * closes while its last bytes are not being read, and nothing can catch that.
 */
function eagerReader({ read, cancel }: BodyReader, isNearEnd: () => boolean): BodyReader {
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

/** @throws {@link TypeError} The body has a coding that the platform cannot decode. */
export function openConnection(response: FetchResponse, part: FilePart): Connection {
  const { headers } = response;
  const reader = bodyReader(response, (stream) => decode(stream, headers));
  const isNearEnd = () => part.end !== null && part.end - connection.at <= EAGER_BYTES;
  const connection: Connection = {
    part,
    reader: eagerReader(reader, isNearEnd),
    contentType: headers.get('content-type'),
    at: part.start,
  };
  return connection;
}
