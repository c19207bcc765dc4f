import { type ClientRequest, get, type RequestListener } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { createVideosProxy } from 'videos-client/proxy';
import { describe, expect, it, vi } from 'vitest';
import { startHttpService } from './helpers/http-service.ts';
import { allowAll, ask, handler, KEY, proxied, TASK } from './helpers/proxied.ts';

describe('what the proxy sends to the service', () => {
  it('is the one route with the key, and nothing else of the caller', async () => {
    const { proxy, seen } = await proxied();
    const headers = {
      authorization: 'Bearer of-the-user',
      cookie: 'session=1',
      'x-forwarded-for': '192.0.2.1',
      'x-real-ip': '192.0.2.1',
      'proxy-authorization': 'Basic eA==',
      te: 'trailers',
      'x-anything': '1',
    };
    const response = await proxy(ask('/app/api/v1/result/video_1?key=stolen', { headers }));

    expect(await response.json()).toEqual(TASK);
    expect(seen.map(({ method, url }) => [method, url])).toEqual([['GET', '/base/v1/result/video_1']]);
    const { host, connection, 'user-agent': _, ...sent } = seen[0]?.headers ?? {};
    expect(sent).toEqual({
      accept: 'application/json',
      authorization: `Bearer ${KEY}`,
      // What Node's fetch adds of its own.
      'accept-encoding': 'gzip, deflate',
      'accept-language': '*',
      'cache-control': 'no-cache',
      pragma: 'no-cache',
      'sec-fetch-mode': 'cors',
    });
  });

  it.each([
    ['/', 404],
    ['/v1/result', 404],
    ['/v1/result/', 404],
    ['/v1/result/a//', 404],
    ['/v1/result/a/b', 404],
    ['/v1/results/a', 404],
    ['/V1/result/a', 404],
    ['/v1/result/..', 404],
    ['/v1/result/%2e%2e', 404],
    ['/v1/result/%252e%252e', 404],
    ['/v1/result/..%2Fadmin', 404],
    ['/v1/result/a%2Fb', 404],
    ['/v1/result/a%5Cb', 404],
    ['/v1/result/..%5Cadmin', 404],
    ['/v1/result/..%3Bx', 404],
    ['/v1/result/a%3Fb', 404],
    ['/v1/result/a%23b', 404],
    ['/v1/result/a%00', 404],
    ['/v1/result/a%0D%0Ab', 404],
    ['/v1/result/%20', 404],
    ['/v1/result/%', 404],
    ['/v1/result/%ED%A0%80', 404],
  ])('is nothing for %s', async (path, status) => {
    const authorize = vi.fn(allowAll);
    const { proxy, seen } = await proxied(undefined, { authorize });

    expect((await proxy(ask(path))).status).toBe(status);
    expect(seen).toEqual([]);
    expect(authorize).not.toHaveBeenCalled();
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'])(
    'is nothing for %s, which is answered 405',
    async (method) => {
      const authorize = vi.fn(allowAll);
      const { proxy, seen } = await proxied(undefined, { authorize });
      const response = await proxy(ask(undefined, { method }));

      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, OPTIONS');
      expect(seen).toEqual([]);
      expect(authorize).not.toHaveBeenCalled();
    },
  );

  it('is the id encoded anew, whatever its form', async () => {
    const authorize = vi.fn((_: Request, _id: string) => true);
    const { proxy, seen } = await proxied(undefined, { authorize });
    await proxy(ask('/v1/result/vid%65o:%C3%A9%20@+1'));

    expect(authorize.mock.calls[0]?.[1]).toBe('video:é @+1');
    expect(seen[0]?.url).toBe('/base/v1/result/video%3A%C3%A9%20%40%2B1');
  });

  it('is never anything but the route, however the path is twisted', async () => {
    const ids: string[] = [];
    const authorize = (_: Request, id: string) => ids.push(id) > 0;
    const { proxy, seen } = await proxied(undefined, { authorize });
    const piece = fc.oneof(
      fc.constantFrom(
        '/',
        '//',
        '\\',
        '.',
        '..',
        '%2e',
        '%2F',
        '%5c',
        '%25',
        '%252f',
        ';',
        '?',
        '#',
        '@',
        ':',
      ),
      fc.constantFrom('v1', 'result', 'v1/result/', 'video_1', 'admin', '%00', '%0a', '%', '%ff', ' '),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    );
    const path = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    const method = fc.constantFrom('GET', 'GET', 'GET', 'POST', 'OPTIONS', 'HEAD');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('', 'v1/result/'), path, method, async (start, end, method) => {
        if (!URL.canParse(`https://app.test/${start}${end}`)) return;
        seen.length = ids.length = 0;
        const response = await proxy(ask(`/${start}${end}`, { method }));

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
  }, 60_000);

  it('is never anything but the route, however a raw request is written', async () => {
    const { proxy, seen } = await proxied();
    const { port } = await startHttpService(handler(proxy));
    const raw = (target: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(`GET ${target} HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\n\r\n`);
        });
        let text = '';
        socket.on('data', (chunk) => {
          text += chunk;
        });
        socket.on('error', reject).on('close', () => resolve(text.split('\r\n')[0] ?? ''));
      });

    expect(await raw('/v1/result/../../admin')).toContain('404');
    expect(await raw('/v1/result/%2e%2e/%2e%2e/admin')).toContain('404');
    expect(await raw('/v1/result/..\\..\\admin')).toContain('404');
    expect(await raw('//[')).toContain('400');
    expect(seen).toEqual([]);
    // The host that a caller names plays no part.
    expect(await raw('http://evil.test/v1/result/video_1')).toContain('200');
    expect(seen.map(({ url }) => url)).toEqual(['/base/v1/result/video_1']);
  });

  it('ends at once when the page that asked is closed', async () => {
    let page: ClientRequest | undefined;
    let end = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const answer: RequestListener = (_, res) => {
      res.once('close', end);
      page?.destroy();
    };
    const { proxy } = await proxied(answer, { timeout: 2 ** 31 - 1 });
    const { url } = await startHttpService(handler(proxy));
    page = get(`${url}/v1/result/video_1`).on('error', () => {});
    await ended;
  });

  it('carries the key of the moment, where a function returns it', async () => {
    let turn = 0;
    const { proxy, seen } = await proxied(undefined, { apiKey: async () => `key-${++turn}` });
    await proxy(ask());
    await proxy(ask());

    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer key-1', 'Bearer key-2']);
  });

  it('carries the key of the environment, where none is given', async () => {
    const { url, requests } = await startHttpService(TASK);
    const baseUrl = `${url}/base`;
    vi.stubEnv('VIDEOS_API_KEY', 'from-environment');
    vi.stubEnv('VIDEOS_BASE_URL', `${baseUrl}/v1/`);
    await createVideosProxy({ authorize: allowAll })(ask());

    expect(requests[0]?.headers.authorization).toBe('Bearer from-environment');
    expect(requests[0]?.url).toBe('/base/v1/result/video_1');
  });

  it('ends when the page has gone', async () => {
    const gone = new AbortController();
    const onError = vi.fn();
    const onClose = vi.fn();
    const answer: RequestListener = (_, res) => {
      res.on('close', onClose);
      gone.abort();
    };
    const { proxy } = await proxied(answer, { onError });
    await proxy(ask(undefined, { signal: gone.signal }));

    await vi.waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(onError).not.toHaveBeenCalled();
  });
});
