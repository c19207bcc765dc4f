// CORS: pages of any origin may use the emulator.

import type { EmulatorReply } from './emulator-reply.ts';
import type { EmulatorRequest } from './emulator-request.ts';

const EXPOSED =
  'Accept-Ranges, Content-Length, Content-Range, Date, ETag, Last-Modified, Retry-After, X-Request-Id';

/** Lets pages of any origin read the reply. */
export function withCors(reply: EmulatorReply): EmulatorReply {
  const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': EXPOSED };
  return { ...reply, headers: { ...reply.headers, ...cors } };
}

/** Allows a browser's request before it is sent. */
export function preflightReply({ on, headers }: EmulatorRequest): EmulatorReply {
  const allowed = {
    'access-control-allow-methods': on === 'api' ? 'GET, POST' : 'GET, HEAD',
    'access-control-allow-headers': headers.get('access-control-request-headers') ?? '*',
  };
  return withCors({ status: 204, headers: allowed, body: null });
}
