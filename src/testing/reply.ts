/** A request, as far as the emulated service looks at it. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
}

/** An answer, before a transport sends it. */
export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** Null where HTTP allows none; `headers` may tell its length all the same. */
  readonly body: Uint8Array | null;
  /** How the transport has to break it. */
  readonly broken?: 'reset' | 'timeout' | 'truncated' | undefined;
}

const encoder = new TextEncoder();

export function bytesReply(status: number, contentType: string, body: Uint8Array): Reply {
  const headers = { 'content-type': contentType, 'content-length': String(body.length) };
  return { status, headers, body };
}

export function textReply(status: number, text: string): Reply {
  return bytesReply(status, 'text/plain; charset=utf-8', encoder.encode(text));
}

export function jsonReply(status: number, value: unknown): Reply {
  return bytesReply(status, 'application/json', encoder.encode(JSON.stringify(value)));
}

/** What of the body is sent: half of it where it is to be cut off. */
export function sentPart({ body, broken }: Reply): Uint8Array {
  if (body === null) return new Uint8Array();
  return broken === 'truncated' ? body.subarray(0, body.length >> 1) : body;
}
