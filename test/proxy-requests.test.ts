import { get, type RequestListener } from 'node:http';
import { toNodeHandler } from 'videos-client/node';
import { createVideosProxy } from 'videos-client/proxy';
import { expect, it, vi } from 'vitest';
import { startHttpService } from './helpers/http-service.ts';
import { allowAll, KEY, pageRequest, proxied, TASK } from './helpers/proxied.ts';

it('the request that the proxy sends to the service has the key, and of the page only the id', async () => {
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
  const response = await proxy(pageRequest('/app/api/v1/result/video_1?key=stolen', { headers }));

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

it('the request that the proxy sends to the service has the key that the apiKey function returns at that moment', async () => {
  let turn = 0;
  const { proxy, seen } = await proxied(undefined, { apiKey: async () => `key-${++turn}` });
  await proxy(pageRequest());
  await proxy(pageRequest());

  expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer key-1', 'Bearer key-2']);
});

it('the request that the proxy sends to the service has the key that is in the environment at that moment if there is no option', async () => {
  const { url, requests } = await startHttpService(TASK);
  vi.stubEnv('VIDEOS_API_KEY', undefined);
  vi.stubEnv('VIDEOS_BASE_URL', `${url}/base/v1/`);
  const proxy = createVideosProxy({ authorize: allowAll });
  for (const key of ['first-key', 'second-key']) {
    vi.stubEnv('VIDEOS_API_KEY', key);
    await proxy(pageRequest());
  }

  expect(requests.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer first-key',
    'Bearer second-key',
  ]);
  expect(requests[0]?.url).toBe('/base/v1/result/video_1');
});

it('the request that the proxy sends to the service is aborted when the page aborts, which is not an error', async () => {
  const page = new AbortController();
  const onError = vi.fn();
  const onClose = vi.fn();
  const { proxy } = await proxied(
    (_, res) => {
      res.on('close', onClose);
      page.abort();
    },
    { onError },
  );
  await proxy(pageRequest(undefined, { signal: page.signal }));

  await vi.waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(onError).not.toHaveBeenCalled();
});

it('the request that the proxy sends to the service is aborted when the page behind a Node server is closed', async () => {
  const page = new AbortController();
  const aborted = new Promise<void>((resolve) => {
    const hang: RequestListener = (_, res) => {
      res.once('close', resolve);
      page.abort();
    };
    proxied(hang, { timeout: 2 ** 31 - 1 }).then(async ({ proxy }) => {
      const { url } = await startHttpService(toNodeHandler(proxy));
      get(`${url}/v1/result/video_1`, { signal: page.signal }).on('error', () => {});
    });
  });

  await aborted;
});
