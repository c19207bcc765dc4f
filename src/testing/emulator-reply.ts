// A reply of the emulator, before a transport sends it.

/** The status, headers and body of a reply, and whether the transport has to break it. */
export interface EmulatorReply {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** Null if HTTP allows none; `headers` may give its length all the same. */
  readonly body: Uint8Array | null;
  /** How the transport has to break it. */
  readonly broken?: 'reset' | 'timeout' | 'truncated' | undefined;
  /** Whether its connection must not be used again. */
  readonly isLast?: boolean | undefined;
}

export function bytesReply(status: number, contentType: string, body: Uint8Array): EmulatorReply {
  const headers = { 'content-type': contentType, 'content-length': String(body.length) };
  return { status, headers, body };
}

export function textReply(status: number, text: string): EmulatorReply {
  return bytesReply(status, 'text/plain; charset=utf-8', new TextEncoder().encode(text));
}

export function jsonReply(status: number, value: unknown): EmulatorReply {
  return bytesReply(status, 'application/json', new TextEncoder().encode(JSON.stringify(value)));
}

/** The part of the body that is sent: half of it if it is to be cut off. */
export function sentPart({ body, broken }: EmulatorReply): Uint8Array {
  if (body === null) return new Uint8Array();
  return broken === 'truncated' ? body.subarray(0, body.length >> 1) : body;
}
