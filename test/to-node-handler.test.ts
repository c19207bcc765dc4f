import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import http2 from 'node:http2';
import { type AddressInfo, connect } from 'node:net';
import { toNodeHandler } from 'videos-client/node';
import { createVideosProxy } from 'videos-client/proxy';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startHttpService } from './helpers/http-service.ts';
import { KEY, proxied, TASK } from './helpers/proxied.ts';

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/** A proxy that responds so, behind a server; `before` is the application's middleware. */
async function serverWith(respond: (request: Request) => Response | Promise<Response>, before?: Handler) {
  const requests: Request[] = [];
  const handler = toNodeHandler(async (request) => {
    requests.push(request);
    return respond(request);
  });
  const { url, port } = await startHttpService((req, res) => {
    before?.(req, res);
    handler(req, res);
  });
  return { url, port, requests };
}

/** What comes back on a connection of its own. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8').on('data', (chunk) => {
      received += chunk;
    });
    socket.on('error', reject).on('close', () => resolve(received));
  });
}

const target = (line: string) => `GET ${line} HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n`;

it('toNodeHandler sends the status, the headers and the body of the proxy', async () => {
  const { url } = await serverWith(() => Response.json(TASK, { status: 201, headers: { 'x-a': '1' } }));
  const response = await fetch(url);

  expect([response.status, response.headers.get('x-a')]).toEqual([201, '1']);
  expect(await response.json()).toEqual(TASK);
});

it('toNodeHandler sends several cookies, in addition to those that the application has set before', async () => {
  const headers = new Headers([
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ]);
  const { url } = await serverWith(
    () => new Response(null, { status: 401, headers }),
    (_, res) => res.setHeader('set-cookie', ['session=1', 'flash=2']),
  );
  const response = await fetch(url);

  expect(response.status).toBe(401);
  expect(response.headers.getSetCookie()).toEqual(['session=1', 'flash=2', 'a=1', 'b=2']);
});

it('toNodeHandler replaces what the application has set for the same header, and adds to Vary', async () => {
  const { url } = await serverWith(
    () => Response.json({}, { headers: { 'cache-control': 'no-store', vary: 'Origin' } }),
    (_, res) => {
      res.setHeader('cache-control', 'public, max-age=60');
      res.setHeader('vary', 'Accept-Encoding');
      res.setHeader('content-type', 'text/html');
      res.setHeader('x-frame-options', 'DENY');
    },
  );
  const { headers } = await fetch(url);

  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('vary')).toBe('Accept-Encoding, Origin');
  expect(headers.get('content-type')).toBe('application/json');
  expect(headers.get('x-frame-options')).toBe('DENY');
});

it('toNodeHandler passes the method and the headers of the request on, without its body', async () => {
  const { url, requests } = await serverWith((request) => Response.json({ hasBody: request.body !== null }));
  const headers = { cookie: 'a=1; b=2', 'x-a': '1' };
  const response = await fetch(`${url}/v1/result/a`, {
    method: 'POST',
    body: 'x'.repeat(2 ** 20),
    headers,
  });

  expect(await response.json()).toEqual({ hasBody: false });
  expect(requests.map(({ method }) => method)).toEqual(['POST']);
  expect(requests[0]?.headers.get('cookie')).toBe('a=1; b=2');
  expect(requests[0]?.headers.get('x-a')).toBe('1');
});

it.each([
  ['/v1/result/a?b=c', 'http://localhost/v1/result/a?b=c'],
  ['http://evil.test/v1/result/a', 'http://localhost/v1/result/a'],
  ['HTTPS://user@evil.test:99?x', 'http://localhost/?x'],
  ['//evil.test/v1/result/a', 'http://localhost//evil.test/v1/result/a'],
  ['/@evil.test/a', 'http://localhost/@evil.test/a'],
])('toNodeHandler takes the path alone from the request target %s', async (line, expected) => {
  const { port, requests } = await serverWith(() => new Response());
  await raw(port, target(line));

  expect(requests.map(({ url }) => url)).toEqual([expected]);
});

it.each([
  // Express and Connect remove the path that a handler is mounted under.
  ['/v1/result/a', '/api/videos/v1/result/a', 'http://localhost/api/videos/v1/result/a'],
  ['/a', '/v1/result/a', 'http://localhost/v1/result/a'],
  ['/v1/result/a', '/videos/a', 'http://localhost/v1/result/a'],
  ['/v1/result/a', undefined, 'http://localhost/v1/result/a'],
  ['/v1/result/a', 'http://evil.test/v1/result/a', 'http://localhost/v1/result/a'],
])('toNodeHandler reads the url %s with the originalUrl %s as %s', async (url, originalUrl, expected) => {
  const server = await serverWith(
    () => new Response(),
    (req) => Object.assign(req, { url, originalUrl }),
  );
  await fetch(server.url);

  expect(server.requests.map(({ url }) => url)).toEqual([expected]);
});

it('toNodeHandler gives authorize the objects of the server as the third argument', async () => {
  const authorize = vi.fn(
    (_request: Request, _id: string, { req, res }: { req: IncomingMessage; res: ServerResponse }) => {
      res.setHeader('x-user', String(req.headers['x-user']));
      return true;
    },
  );
  const service = await startHttpService(TASK);
  const proxy = createVideosProxy({ apiKey: KEY, baseUrl: service.url, authorize });
  const { url } = await startHttpService(toNodeHandler(proxy));
  const response = await fetch(`${url}/v1/result/video_1`, { headers: { 'x-user': 'ada' } });

  expect(response.headers.get('x-user')).toBe('ada');
  expect(authorize.mock.calls[0]?.[2].req.method).toBe('GET');
});

it('toNodeHandler responds to TRACE, which cannot be a request of the platform, with 400', async () => {
  const { port, requests } = await serverWith(() => new Response());
  const received = await raw(port, target('/v1/result/a').replace('GET', 'TRACE'));

  expect(received).toMatch(/^HTTP\/1\.1 400 /);
  expect(requests).toEqual([]);
});

it('toNodeHandler sends no body in response to HEAD', async () => {
  const { proxy } = await proxied();
  const { port } = await startHttpService(toNodeHandler(proxy));
  const received = await raw(port, target('/v1/result/a').replace('GET', 'HEAD'));

  expect(received).toMatch(/^HTTP\/1\.1 405 [\s\S]*\r\n\r\n$/);
});

it('toNodeHandler aborts the request when the page is closed', async () => {
  const aborted = new Promise<void>((resolve) => {
    const page = new AbortController();
    serverWith(({ signal }) => {
      signal.addEventListener('abort', () => resolve());
      page.abort();
      return new Promise(() => {});
    }).then(({ url }) =>
      request(url, { signal: page.signal })
        .on('error', () => {})
        .end(),
    );
  });

  await aborted;
});

it('toNodeHandler stops reading the body when the page is closed', async () => {
  const cancelled = new Promise<void>((resolve) => {
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1024)),
      cancel: () => resolve(),
    });
    serverWith(() => new Response(endless)).then(async ({ url }) => {
      const response = await fetch(url);
      await response.body?.cancel();
    });
  });

  await cancelled;
});

it('toNodeHandler does not call the proxy if the page was closed before', async () => {
  const proxy = vi.fn(async () => new Response());
  const closed = new Promise<void>((resolve) => {
    const page = new AbortController();
    startHttpService((req, res) => {
      res.once('close', () => {
        toNodeHandler(proxy)(req, res);
        resolve();
      });
      page.abort();
    }).then(({ url }) =>
      request(url, { signal: page.signal })
        .on('error', () => {})
        .end(),
    );
  });
  await closed;

  expect(proxy).not.toHaveBeenCalled();
});

it('toNodeHandler responds with 500 if the proxy fails', async () => {
  const { url } = await serverWith(() => Promise.reject(new Error('bug')));
  const response = await fetch(url);

  expect([response.status, await response.text()]).toEqual([500, '']);
});

it('toNodeHandler closes the connection if the body breaks off, and the server continues', async () => {
  let isBroken = true;
  const { url } = await serverWith(() => {
    if (!isBroken) return new Response('fine');
    isBroken = false;
    const broken = new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(10)),
      pull: (controller) => controller.error(new Error('broken')),
    });
    return new Response(broken);
  });

  await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
  expect(await (await fetch(url)).text()).toBe('fine');
});

it('toNodeHandler leaves a response alone that the application has already begun to send', async () => {
  const { url } = await serverWith(
    () => new Response('late', { headers: { 'x-late': '1' } }),
    (_, res) => {
      res.writeHead(503).write('time');
      setTimeout(() => res.end('out'), 50);
    },
  );
  const response = await fetch(url);

  expect([response.status, await response.text()]).toEqual([503, 'timeout']);
  expect(response.headers.has('x-late')).toBe(false);
});

it('toNodeHandler responds over HTTP/2', async () => {
  const handler = toNodeHandler(async ({ url, method }) => Response.json([method, url]));
  // Its requests and responses have the same methods, but types of their own.
  const server = http2.createServer(handler as never).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = http2.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    client.destroy();
    server.close();
  });
  const stream = client.request({ ':path': '/v1/result/a' }).setEncoding('utf8');
  let body = '';
  for await (const chunk of stream) body += chunk;

  expect(JSON.parse(body)).toEqual(['GET', 'http://localhost/v1/result/a']);
});

it('toNodeHandler returns a listener of node:http', () => {
  createServer(toNodeHandler(createVideosProxy({ authorize: () => false }))).close();
});
