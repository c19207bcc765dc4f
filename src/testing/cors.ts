import type { Call, Reply } from './reply.ts';

const EXPOSED = 'Accept-Ranges, Content-Length, Content-Range, ETag, Last-Modified, Retry-After';

/** Lets pages of any origin read the reply, so that the emulator serves browsers too. */
export function withCors(reply: Reply): Reply {
  const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': EXPOSED };
  return { ...reply, headers: { ...reply.headers, ...cors } };
}

/** A browser's question whether the request to come is allowed: it is. */
export function preflightReply({ headers }: Call): Reply {
  const allowed = {
    'access-control-allow-methods': 'GET, HEAD',
    'access-control-allow-headers': headers.get('access-control-request-headers') ?? '*',
  };
  return withCors({ status: 204, headers: allowed, body: null });
}
