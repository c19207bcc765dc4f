import type { IncomingMessage, RequestListener } from 'node:http';
import { expect, it, vi } from 'vitest';
import { json, startHttpService } from './helpers/http-service.ts';
import { KEY, pageRequest, proxied, TASK } from './helpers/proxied.ts';

it('the response of the proxy has the status, the JSON, Retry-After and the request id of the service, and no other header', async () => {
  const headers = {
    'content-type': 'text/plain',
    'retry-after': '7',
    'x-request-id': 'req-1',
    'set-cookie': 'a=1',
    server: 'nginx',
    'x-internal': 'secret',
    'access-control-allow-origin': '*',
    'cache-control': 'max-age=60',
  };
  const { proxy } = await proxied(json({ message: 'Slow down.' }, 429, headers));
  const response = await proxy(pageRequest());

  expect(response.status).toBe(429);
  expect(Object.fromEntries(response.headers)).toEqual({
    'cache-control': 'no-store',
    'content-type': 'application/json',
    'retry-after': '7',
    'x-request-id': 'req-1',
  });
  expect(await response.json()).toEqual({ message: 'Slow down.' });
});

it.each([
  ['unchanged', JSON.stringify({ message: `Wrong key ${KEY}`, headers: { [`Bearer ${KEY}`]: [KEY] } })],
  ['escaped', `{"message":"\\u0073${JSON.stringify(KEY).slice(2, -1)} sk-secret\\/key\\"1"}`],
  ['encoded', JSON.stringify({ url: `https://x.test/?key=${encodeURIComponent(KEY)}` })],
  ['as text', `<h1>${KEY}</h1>`],
])('the response of the proxy never contains the key, even if the service repeats it %s', async (_, body) => {
  const { proxy } = await proxied(json(body, 400, { 'x-request-id': `for ${KEY}` }));
  const response = await proxy(pageRequest());
  const text = (await response.text()) + response.headers.get('x-request-id');

  expect(response.status).toBe(400);
  expect(text).toContain('[redacted]');
  expect(JSON.parse(text.slice(0, text.lastIndexOf('}') + 1))).toBeTypeOf('object');
  expect(text).not.toMatch(/key\\?"1|key%221/);
});

it('the response of the proxy contains a completed video unchanged if its URL shares a word with the key, but never the key itself', async () => {
  const urlFor = async (apiKey: string, video_url: string) => {
    const video = { ...TASK, status: 'COMPLETED', video_url };
    const { proxy } = await proxied(json({ code: 0, status: '', data: video }), { apiKey });
    return ((await (await proxy(pageRequest())).json()) as { data: typeof video }).data.video_url;
  };
  const url = 'https://cdn.test/tenant-42/key1.mp4?key=key1&tenant=tenant-42';
  expect(await urlFor('key1', url)).toBe(url);
  expect(await urlFor('tenant-42-secret', url)).toBe(url);
  expect(await urlFor(KEY, `${url}&token=${encodeURIComponent(KEY)}`)).toBe(`${url}&token=[redacted]`);
});

it('the response of the proxy contains the video even if something in it is nested 20,000 levels deep', async () => {
  const depth = 20_000;
  const { id } = TASK;
  const body = `{"id":"${id}","status":"completed","debug":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  const { proxy } = await proxied(json(body));
  expect(await (await proxy(pageRequest())).json()).toMatchObject({ id, status: 'completed' });
});

it('a failure of the service is reported to onError', async () => {
  const onError = vi.fn();
  const { proxy } = await proxied(json({ message: 'Busy.' }, 503), { onError });
  expect((await proxy(pageRequest())).status).toBe(503);
  expect(onError.mock.calls).toEqual([[new Error('The service, or authorize, responded with 503.')]]);
});

it.each([401, 403])(
  'the response of the proxy is 502 if the service refuses the API key with HTTP %d',
  async (status) => {
    const onError = vi.fn();
    const { proxy } = await proxied(json({ message: `Unknown key ${KEY}` }, status), { onError });
    const response = await proxy(pageRequest());

    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({
      message: "The service does not accept the proxy's API key. Check VIDEOS_API_KEY, or the option apiKey.",
    });
    expect(onError).toHaveBeenCalledOnce();
  },
);

it.each([
  ['code "204"', { code: '204', msg: '登录验证失败' }],
  ['code 204', { code: 204, msg: '登录验证失败', data: null }],
  ['code "401"', { code: '401', msg: 'no', data: null }],
  ['code 403 and an empty status', { code: 403, status: null, msg: 'no' }],
])(
  'the response of the proxy is 502 if the service refuses the API key with HTTP 200 and %s',
  async (_, envelope) => {
    const onError = vi.fn();
    const { proxy, seen } = await proxied(envelope, { onError });
    const response = await proxy(pageRequest());

    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({
      message: "The service does not accept the proxy's API key. Check VIDEOS_API_KEY, or the option apiKey.",
    });
    expect(onError).toHaveBeenCalledOnce();
    expect(seen.length).toBe(1);
  },
);

it.each([401, 204])(
  'the response of the proxy is the task, even if the task has the field code: %d',
  async (code) => {
    const { proxy } = await proxied({ ...TASK, code });
    const response = await proxy(pageRequest());

    expect([response.status, await response.json()]).toEqual([200, { ...TASK, code }]);
  },
);

it('the response of the proxy is 502 if the service responds with HTTP 204, which has no body', async () => {
  const { proxy } = await proxied((_, res) => res.writeHead(204).end());
  const response = await proxy(pageRequest());

  expect(response.status).toBe(502);
  expect(await response.json()).toEqual({ message: expect.stringContaining('is not JSON') });
});

it.each([
  ['7', '7'],
  ['0', '0'],
  ['7.2', '8'],
  ['"7"', '7'],
  ['Tue, 03 Nov 2026 10:00:02 GMT', '2'],
  ['2026-11-03T10:00:02Z', '2'],
  // Unix time of 10:00:02.
  ['1793700002', '2'],
  // Half a century: not believed, and as long as the longest back-off.
  ['1600000000', null],
  ['3400000000', '8'],
  ['soon', null],
])(
  'the response of the proxy passes Retry-After: %s on as %s seconds, whatever the clocks are set to',
  async (given, expected) => {
    const date = 'Tue, 03 Nov 2026 10:00:00 GMT';
    const { proxy } = await proxied(json({}, 503, { 'retry-after': given, date }));
    expect((await proxy(pageRequest())).headers.get('retry-after')).toBe(expected);
  },
);

it.each([
  ['a page', 200, '<html>', 502],
  ['a page with an error status', 503, '<html>', 503],
  ['nothing', 200, '', 502],
  ['more than 1 MiB', 200, JSON.stringify({ a: 'x'.repeat(2 ** 20) }), 502],
  ['JSON and then 1 MiB of nothing', 200, `{}${' '.repeat(2 ** 20)}`, 502],
  ['more than 1 MiB with an error status', 500, JSON.stringify({ a: 'x'.repeat(2 ** 20) }), 500],
])('the response of the proxy is JSON even where the service sends %s', async (_, status, body, expected) => {
  const { proxy } = await proxied(json(body, status, { 'content-type': 'text/html', 'retry-after': '3' }));
  const response = await proxy(pageRequest());

  expect(response.status).toBe(expected);
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(await response.json()).toEqual({ message: expect.any(String) });
  if (status >= 500) expect(response.headers.get('retry-after')).toBe('3');
});

it('the response of the proxy is 502 if the service redirects, and the redirect is not followed', async () => {
  const elsewhere = await startHttpService(TASK);
  const { proxy, seen } = await proxied((_, res) => {
    res.writeHead(307, { location: `${elsewhere.url}/v1/result/video_1` }).end();
  });
  const response = await proxy(pageRequest());

  expect(response.status).toBe(502);
  expect(await response.json()).toEqual({
    message:
      'The service responded with 307, and the proxy does not follow redirects. Set baseUrl to where the API is.',
  });
  expect(response.headers.has('location')).toBe(false);
  expect(seen.length).toBe(1);
  expect(elsewhere.requests).toEqual([]);
});

it('the response of the proxy is 502 if the service closes the connection, with the reason for onError alone', async () => {
  const onError = vi.fn();
  for (const step of [
    (req) => req.socket.destroy(),
    (req, res) => {
      res.writeHead(200, { 'content-length': '100' });
      res.write('{', () => req.socket.destroy());
    },
  ] satisfies RequestListener[]) {
    const { proxy } = await proxied(step, { onError });
    const response = await proxy(pageRequest());

    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({ message: 'The service sent no complete response.' });
    expect(onError.mock.lastCall?.[0].cause).toBeInstanceOf(Error);
  }
});

it('the response of the proxy has the error status even if the body of the error is cut off', async () => {
  const { proxy } = await proxied((req, res) => {
    res.writeHead(503, { 'content-length': '100', 'retry-after': '9' });
    res.write('{', () => req.socket.destroy());
  });
  const response = await proxy(pageRequest());

  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '9']);
});

it.each([
  ['nothing', () => {}],
  ['half a body', (_: IncomingMessage, res: Parameters<RequestListener>[1]) => void res.write('{')],
])('the response of the proxy is 504 after the timeout if the service sends %s', async (_, listener) => {
  const { proxy } = await proxied(listener, { timeout: 50 });
  const response = await proxy(pageRequest());

  expect(response.status).toBe(504);
  expect(await response.json()).toEqual({ message: 'The service sent no complete response within 50 ms.' });
});

it('the response of the proxy is 500 if there is no option apiKey and nothing in the environment', async () => {
  vi.stubEnv('VIDEOS_API_KEY', undefined);
  const onError = vi.fn();
  const { proxy, seen } = await proxied(undefined, { apiKey: undefined, onError });
  const response = await proxy(pageRequest());

  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({
    message: 'The proxy has no API key. Check VIDEOS_API_KEY, or the option apiKey.',
  });
  expect(seen).toEqual([]);
  expect(onError.mock.calls[0]?.[0].cause).toEqual(
    new TypeError('No API key. Set the environment variable VIDEOS_API_KEY, or pass the option apiKey.'),
  );
});

it('the response of the proxy is 500 if the apiKey function returns no key, with the reason for onError alone', async () => {
  const onError = vi.fn();
  const bad = [() => Promise.reject(new Error('vault')), () => 'two words', () => undefined];
  for (const apiKey of bad) {
    const { proxy, seen } = await proxied(undefined, { apiKey, onError });
    const response = await proxy(pageRequest());

    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      message: 'The proxy has no API key. Check VIDEOS_API_KEY, or the option apiKey.',
    });
    expect(seen).toEqual([]);
  }
  expect(onError.mock.calls.map(([error]) => error.cause.message)).toEqual([
    'vault',
    expect.stringContaining('apiKey'),
    expect.stringContaining('apiKey'),
  ]);
});

it('onError never receives the key, even if fetch repeats it', async () => {
  const onError = vi.fn();
  const fetch = () => Promise.reject(new Error(`cannot send Bearer ${KEY}`));
  const { proxy } = await proxied(undefined, { fetch, onError });
  await proxy(pageRequest());

  expect(onError.mock.calls[0]?.[0].cause.message).toBe('cannot send Bearer [redacted]');
});

it.each([
  [
    'throws',
    () => {
      throw new Error('logger');
    },
  ],
  ['rejects', () => Promise.reject(new Error('logger'))],
])(
  'the response of the proxy is the same if onError %s, which is written to the console',
  async (_, onError) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { proxy } = await proxied(json({ message: 'Busy.' }, 503), { onError });
    const response = await proxy(pageRequest());

    expect([response.status, await response.json()]).toEqual([503, { message: 'Busy.' }]);
    expect(log.mock.calls).toEqual([[new Error('logger')]]);
  },
);
