import type { IncomingMessage, RequestListener } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { json, startHttpService } from './helpers/http-service.ts';
import { ask, KEY, proxied, TASK } from './helpers/proxied.ts';

describe('what the proxy answers', () => {
  it('is status and JSON, the wish for a pause and the request id, and no other header', async () => {
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
    const response = await proxy(ask());

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
    ['as it is', JSON.stringify({ message: `Wrong key ${KEY}`, headers: { [`Bearer ${KEY}`]: [KEY] } })],
    ['escaped', `{"message":"\\u0073${JSON.stringify(KEY).slice(2, -1)} sk-secret\\/key\\"1"}`],
    ['encoded', JSON.stringify({ url: `https://x.test/?key=${encodeURIComponent(KEY)}` })],
    ['as text', `<h1>${KEY}</h1>`],
  ])('never holds the key, also where the service repeats it %s', async (_, body) => {
    const { proxy } = await proxied(json(body, 400, { 'x-request-id': `for ${KEY}` }));
    const response = await proxy(ask());
    const text = (await response.text()) + response.headers.get('x-request-id');

    expect(response.status).toBe(400);
    expect(text).toContain('[redacted]');
    expect(JSON.parse(text.slice(0, text.lastIndexOf('}') + 1))).toBeTypeOf('object');
    expect(text).not.toMatch(/key\\?"1|key%221/);
  });

  it('is the video as it came, also where its URL has a word in common with the key; but never with the key', async () => {
    const answerTo = async (apiKey: string, video_url: string) => {
      const video = { ...TASK, status: 'COMPLETED', video_url };
      const { proxy } = await proxied(json({ code: 0, status: '', data: video }), { apiKey });
      return ((await (await proxy(ask())).json()) as { data: typeof video }).data.video_url;
    };
    const url = 'https://cdn.test/tenant-42/key1.mp4?key=key1&tenant=tenant-42';
    expect(await answerTo('key1', url)).toBe(url);
    expect(await answerTo('tenant-42-secret', url)).toBe(url);
    expect(await answerTo(KEY, `${url}&token=${encodeURIComponent(KEY)}`)).toBe(`${url}&token=[redacted]`);
  });

  it('is the video also where something in it is nested beyond measure', async () => {
    const depth = 20_000;
    const { id } = TASK;
    const body = `{"id":"${id}","status":"completed","debug":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const { proxy } = await proxied(json(body));
    expect(await (await proxy(ask())).json()).toMatchObject({ id, status: 'completed' });
  });

  it('is told to the application, where the service fails', async () => {
    const onError = vi.fn();
    const { proxy } = await proxied(json({ message: 'Busy.' }, 503), { onError });
    expect((await proxy(ask())).status).toBe(503);
    expect(onError.mock.calls).toEqual([[new Error('The service, or authorize, responded with 503.')]]);
  });

  it.each([401, 403])('is 502 where the service refuses the key of the proxy with %d', async (status) => {
    const onError = vi.fn();
    const { proxy } = await proxied(json({ message: `Unknown key ${KEY}` }, status), { onError });
    const response = await proxy(ask());

    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({ message: "The service does not accept the proxy's API key." });
    expect(onError).toHaveBeenCalledOnce();
  });

  it('is 502 where an envelope refuses the key, and the task where a task only has a code', async () => {
    const inEnvelope = await proxied(json({ code: '401', msg: 'no', data: null }));
    expect((await inEnvelope.proxy(ask())).status).toBe(502);
    const withNull = await proxied(json({ code: 401, status: null, msg: 'no', data: null }));
    expect((await withNull.proxy(ask())).status).toBe(502);

    const inTask = await proxied(json({ ...TASK, code: 401 }));
    expect((await inTask.proxy(ask())).status).toBe(200);
  });

  it.each([
    ['a page', 200, '<html>', 502],
    ['a page with an error status', 503, '<html>', 503],
    ['nothing', 200, '', 502],
    ['more than 1 MiB', 200, JSON.stringify({ a: 'x'.repeat(2 ** 20) }), 502],
    ['JSON and then 1 MiB of nothing', 200, `{}${' '.repeat(2 ** 20)}`, 502],
    ['more than 1 MiB with an error status', 500, JSON.stringify({ a: 'x'.repeat(2 ** 20) }), 500],
  ])('is JSON also where the service sends %s', async (_, status, body, expected) => {
    const { proxy } = await proxied(json(body, status, { 'content-type': 'text/html', 'retry-after': '3' }));
    const response = await proxy(ask());

    expect(response.status).toBe(expected);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ message: expect.any(String) });
    if (status >= 500) expect(response.headers.get('retry-after')).toBe('3');
  });

  it('is 502 for a redirect, which is not followed', async () => {
    const elsewhere = await startHttpService(TASK);
    const { proxy, seen } = await proxied((_, res) => {
      res.writeHead(307, { location: `${elsewhere.url}/v1/result/video_1` }).end();
    });
    const response = await proxy(ask());

    expect(response.status).toBe(502);
    expect(response.headers.has('location')).toBe(false);
    expect(seen.length).toBe(1);
    expect(elsewhere.requests).toEqual([]);
  });

  it('is 502 where the service cuts the connection, and only the application hears why', async () => {
    const onError = vi.fn();
    for (const answer of [
      (req) => req.socket.destroy(),
      (req, res) => {
        res.writeHead(200, { 'content-length': '100' });
        res.write('{', () => req.socket.destroy());
      },
    ] satisfies RequestListener[]) {
      const { proxy } = await proxied(answer, { onError });
      const response = await proxy(ask());

      expect(response.status).toBe(502);
      expect(await response.json()).toEqual({ message: 'The service sent no complete response.' });
      expect(onError.mock.lastCall?.[0].cause).toBeInstanceOf(Error);
    }
  });

  it('is the error, where the body of an error is cut off', async () => {
    const { proxy } = await proxied((req, res) => {
      res.writeHead(503, { 'content-length': '100', 'retry-after': '9' });
      res.write('{', () => req.socket.destroy());
    });
    const response = await proxy(ask());

    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '9']);
  });

  it.each([
    ['no answer', () => {}],
    ['half an answer', (_: IncomingMessage, res: Parameters<RequestListener>[1]) => void res.write('{')],
  ])('is 504 after the time limit, where there is %s', async (_, answer) => {
    const { proxy } = await proxied(answer, { timeout: 50 });
    const response = await proxy(ask());

    expect(response.status).toBe(504);
    expect(await response.json()).toEqual({ message: 'The service sent no complete response within 50 ms.' });
  });

  it('is 500 where there is no key, and only the application hears why', async () => {
    const onError = vi.fn();
    const bad = [() => Promise.reject(new Error('vault')), () => 'two words', () => null as never];
    for (const apiKey of bad) {
      const { proxy, seen } = await proxied(undefined, { apiKey, onError });
      const response = await proxy(ask());

      expect(response.status).toBe(500);
      expect(await response.json()).toEqual({ message: 'The proxy has no API key.' });
      expect(seen).toEqual([]);
    }
    expect(onError.mock.calls.map(([error]) => error.cause.message)).toEqual([
      'vault',
      expect.stringContaining('apiKey'),
      expect.stringContaining('apiKey'),
    ]);
  });

  it('tells the application nothing that has the key in it', async () => {
    const onError = vi.fn();
    const fetch = () => Promise.reject(new Error(`cannot send Bearer ${KEY}`));
    const { proxy } = await proxied(undefined, { fetch, onError });
    await proxy(ask());

    expect(onError.mock.calls[0]?.[0].cause.message).toBe('cannot send Bearer [redacted]');
  });
});
