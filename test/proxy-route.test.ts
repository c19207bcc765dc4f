import { connect } from 'node:net';
import fc from 'fast-check';
import { toNodeHandler } from 'videos-client/node';
import { expect, it, vi } from 'vitest';
import { startHttpService } from './helpers/http-service.ts';
import { allowAll, pageRequest, proxied } from './helpers/proxied.ts';

/** What a path may contain: separators, dots, escapes of both, and the words of the route. */
const PIECE = fc.oneof(
  fc.constantFrom('/', '//', '\\', '.', '..', '%2e', '%2F', '%5c', '%25', '%252f', ';', '?', '#', '@', ':'),
  fc.constantFrom('v1', 'result', 'v1/result/', 'video_1', 'admin', '%00', '%0a', '%', '%ff', ' '),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);

it.each(['/v1/result/video_1', '/v1/result/video_1/', '/app/api/v1/result/video_1?page=2'])(
  'the route of the proxy is found in %s',
  async (path) => {
    const { proxy, seen } = await proxied();

    expect((await proxy(pageRequest(path))).status).toBe(200);
    expect(seen.map(({ url }) => url)).toEqual(['/base/v1/result/video_1']);
  },
);

it.each([
  '/',
  '/v1/result',
  '/v1/result/',
  '/v1/result//',
  '/v1/result/a//',
  '/v1/result/a/b',
  '/v1/results/a',
  '/V1/result/a',
  '/v1/videos/videos',
  '/v1/result/..',
  '/v1/result/%2e%2e',
  '/v1/result/%2e%2e/',
  '/v1/result/%252e%252e',
  '/v1/result/..%2Fadmin',
  '/v1/result/a%2Fb',
  '/v1/result/a%2F',
  '/v1/result/a%5Cb',
  '/v1/result/..%5Cadmin',
  '/v1/result/..%3Bx',
  '/v1/result/a%3Fb',
  '/v1/result/a%23b',
  '/v1/result/a%00',
  '/v1/result/a%0D%0Ab',
  '/v1/result/%20',
  '/v1/result/%',
  '/v1/result/%ED%A0%80',
])('the route of the proxy is not found in %s, which sends nothing to the service', async (path) => {
  const authorize = vi.fn(allowAll);
  const { proxy, seen } = await proxied(undefined, { authorize });

  expect((await proxy(pageRequest(path))).status).toBe(404);
  expect(seen).toEqual([]);
  expect(authorize).not.toHaveBeenCalled();
});

it('the route of the proxy does not create tasks, and the response says where they are created', async () => {
  const { proxy, seen } = await proxied();
  const response = await proxy(pageRequest('/v1/videos/videos', { method: 'POST', body: '{}' }));

  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ message: expect.stringContaining('created on the server') });
  expect(seen).toEqual([]);
});

it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'])(
  'the route of the proxy responds to %s with 405, and sends nothing to the service',
  async (method) => {
    const authorize = vi.fn(allowAll);
    const { proxy, seen } = await proxied(undefined, { authorize });
    const response = await proxy(pageRequest(undefined, { method }));

    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, OPTIONS');
    expect(seen).toEqual([]);
    expect(authorize).not.toHaveBeenCalled();
  },
);

it('the route of the proxy decodes the id for authorize, and encodes it again for the service', async () => {
  const authorize = vi.fn((_: Request, _id: string) => true);
  const { proxy, seen } = await proxied(undefined, { authorize });
  await proxy(pageRequest('/v1/result/vid%65o:%C3%A9%20@+1'));

  expect(authorize.mock.calls[0]?.[1]).toBe('video:é @+1');
  expect(seen[0]?.url).toBe('/base/v1/result/video%3A%C3%A9%20%40%2B1');
});

it('the route of the proxy is the only path that reaches the service, however a URL is written', {
  timeout: 60_000,
}, async () => {
  const ids: string[] = [];
  const authorize = (_: Request, id: string) => ids.push(id) > 0;
  const { proxy, seen } = await proxied(undefined, { authorize });
  const path = fc.array(PIECE, { maxLength: 8 }).map((pieces) => pieces.join(''));
  const method = fc.constantFrom('GET', 'GET', 'GET', 'POST', 'OPTIONS', 'HEAD');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('', 'v1/result/'), path, method, async (start, end, method) => {
      if (!URL.canParse(`https://app.test/${start}${end}`)) return;
      seen.length = ids.length = 0;
      const response = await proxy(pageRequest(`/${start}${end}`, { method }));

      expect(response.status).not.toBe(500);
      expect(seen.length).toBe(response.status === 200 ? 1 : 0);
      for (const request of seen) {
        expect(request.method).toBe('GET');
        expect(request.url).toMatch(/^\/base\/v1\/result\/[^/\\?#;]+$/);
        const id = decodeURIComponent(request.url?.split('/').pop() ?? '');
        expect([id]).toEqual(ids);
        expect(id).not.toMatch(/^\.\.?$|[/\\%;?#\p{Cc}]/u);
      }
    }),
    { numRuns: 1500 },
  );
});

it('the route of the proxy is the only path that reaches the service, however a raw request is written', async () => {
  const { proxy, seen } = await proxied();
  const { port } = await startHttpService(toNodeHandler(proxy));
  const statusOf = (target: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(`GET ${target} HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\n\r\n`);
      });
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('error', reject).on('close', () => resolve(text.split(' ')[1] ?? ''));
    });

  for (const target of [
    '/v1/result/../../admin',
    '/v1/result/%2e%2e/%2e%2e/admin',
    '/v1/result/..\\..\\admin',
    '//[',
    '*',
    'http://evil.test',
  ]) {
    expect([target, await statusOf(target)]).toEqual([target, '404']);
  }
  expect(seen).toEqual([]);
});
