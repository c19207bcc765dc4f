// The body of one response, while it is being read.

import type { FetchResponse } from '../options/client-options.ts';
import { type BodyReader, bodyReader, eagerReader } from './body-reader.ts';
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

/** @throws {@link TypeError} where the body has a coding that the platform cannot decode. */
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
