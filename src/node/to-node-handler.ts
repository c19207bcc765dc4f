// Adapts a proxy to servers whose handlers take (req, res): node:http, Express, Connect, Koa, Fastify.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Headers that the application may have set too, and that are lists: both sides' values count. */
const LISTS = ['set-cookie', 'vary'];

/**
 * The URL that was requested. Its base is fixed: `Host` and an absolute request target are the caller's to choose.
 * If a framework has removed the path that the handler is mounted under, it is put back; if the application has
 * rewritten the path, that stays.
 */
function requestUrl({ url = '/', originalUrl }: IncomingMessage & { originalUrl?: unknown }): URL {
  const isMounted = typeof originalUrl === 'string' && originalUrl.endsWith(url);
  const target = isMounted ? originalUrl : url;
  return new URL(`http://localhost/${target.replace(/^([a-z][a-z\d+.-]*:\/\/[^/?#]*)?\/?/i, '')}`);
}

/** The request as the platform's own, without its body. @throws {@link TypeError} It cannot be one, such as TRACE. */
function toRequest(req: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) {
    // HTTP/2 has pseudo-headers, such as `:path`.
    if (value !== undefined && !name.startsWith(':')) headers.set(name, String(value));
  }
  return new Request(requestUrl(req), { method: req.method ?? 'GET', headers, signal });
}

async function sendResponse(response: Response, res: ServerResponse): Promise<void> {
  res.statusCode = response.status;
  for (const [name, value] of response.headers) {
    if (LISTS.includes(name)) res.appendHeader(name, value);
    else res.setHeader(name, value);
  }
  if (response.body === null) res.end();
  // The DOM and Node declare the same stream twice.
  else await pipeline(Readable.fromWeb(response.body as never), res);
}

async function handle<Req extends IncomingMessage, Res extends ServerResponse>(
  proxy: (request: Request, context: { req: Req; res: Res }) => Promise<Response>,
  req: Req,
  res: Res,
): Promise<void> {
  // The page was closed before the application called the handler.
  if (res.destroyed) return;
  const closed = new AbortController();
  res.once('close', () => closed.abort());
  let request: Request;
  try {
    request = toRequest(req, closed.signal);
  } catch {
    res.writeHead(400).end();
    return;
  }
  const response = await proxy(request, { req, res });
  if (!res.headersSent && !res.destroyed) await sendResponse(response, res);
}

/**
 * Makes a proxy a handler for `node:http`, Express, Connect, Koa, Fastify and any framework that takes `(req, res)`.
 *
 * Every header of the response arrives, in addition to those that the application has set before. A page that is closed aborts
 * its request to the service. Request bodies are never read, and `Host` is never trusted: `request.url` begins with
 * `http://localhost`, followed by the requested path. The handler never throws.
 *
 * @param proxy - From `createVideosProxy`. Its `authorize` gets `{ req, res }` as the third argument.
 *
 * @example
 * ```ts
 * const proxy = createVideosProxy({ authorize: (request, id, { req }: { req: express.Request }) => req.user.owns(id) });
 * app.use('/api/videos', toNodeHandler(proxy));
 * ```
 */
export function toNodeHandler<Req extends IncomingMessage, Res extends ServerResponse>(
  proxy: (request: Request, context: { req: Req; res: Res }) => Promise<Response>,
): (req: Req, res: Res) => void {
  return (req, res) => {
    handle(proxy, req, res).catch(() => {
      // The response broke off, or the application has sent one meanwhile.
      if (res.headersSent) res.destroy();
      else res.writeHead(500).end();
    });
  };
}
