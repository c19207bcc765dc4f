import { setImmediate } from 'node:timers/promises';
import { VideosClient } from 'videos-client';
import { createVideosProxy, type VideosProxyOptions } from 'videos-client/proxy';
import { createVideosEmulator } from 'videos-client/testing';
import { describe, expect, it, vi } from 'vitest';
import { startHttpService } from './helpers/http-service.ts';
import { allowAll, ask, handler, KEY, proxied } from './helpers/proxied.ts';

describe('authorize', () => {
  it('is called before anything is sent, with the request, the id and the context of the call', async () => {
    const order: string[] = [];
    const authorize = vi.fn(async (_request: Request, _id: string, _context: string) => {
      await setImmediate();
      return order.push('authorized') > 0;
    });
    const fetch = async () => {
      order.push('sent');
      return Response.json({});
    };
    const request = ask();
    await createVideosProxy({ apiKey: KEY, authorize, fetch })(request, 'context');

    expect(authorize).toHaveBeenCalledWith(request, 'video_1', 'context');
    expect(order).toEqual(['authorized', 'sent']);
  });

  it.each([
    ['false', false],
    ['nothing', undefined],
    ['an object that is not true', { user: 1 }],
    ['a text', 'true'],
  ])('closes the door with %s', async (_, verdict) => {
    const { proxy, seen } = await proxied(undefined, { authorize: async () => verdict as boolean });
    const response = await proxy(ask());

    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ message: 'You may not see this task.' });
    expect(seen).toEqual([]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('db password');
      },
    ],
    ['rejects', () => Promise.reject(new Error('db password'))],
  ])('closes the door when it %s, and only the application hears why', async (_, authorize) => {
    const onError = vi.fn();
    const { proxy, seen } = await proxied(undefined, { authorize, onError });
    const response = await proxy(ask());

    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('db password');
    expect(seen).toEqual([]);
    expect(onError.mock.calls[0]?.[0]).toMatchObject({ cause: { message: 'db password' } });
  });

  it('may answer by itself', async () => {
    const authorize = () => Response.redirect('https://app.test/login', 302);
    const { proxy, seen } = await proxied(undefined, { authorize });
    const response = await proxy(ask());

    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('https://app.test/login');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(seen).toEqual([]);
  });
});

describe('pages of other origins', () => {
  const origins = ['https://app.example.com', 'http://localhost:5173', 'capacitor://localhost'];
  const from = (origin: string, init?: RequestInit) =>
    ask(undefined, { ...init, headers: { ...init?.headers, origin } });

  it('may read every answer, where they are listed', async () => {
    const { proxy } = await proxied(undefined, { origins });
    for (const request of [
      from('capacitor://localhost'),
      from('capacitor://localhost', { method: 'POST' }),
    ]) {
      const { headers } = await proxy(request);

      expect(headers.get('access-control-allow-origin')).toBe('capacitor://localhost');
      expect(headers.get('access-control-allow-credentials')).toBe('true');
      expect(headers.get('access-control-expose-headers')).toBe('retry-after, x-request-id');
      expect(headers.get('vary')).toBe('Origin');
    }
  });

  it.each(['https://evil.example', 'https://app.example.com.evil.example', 'http://app.example.com', 'null'])(
    'may read nothing, where they are not: %s',
    async (origin) => {
      const { proxy } = await proxied(undefined, { origins });
      const { headers } = await proxy(from(origin));

      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(headers.get('vary')).toBe('Origin');
    },
  );

  it('are told beforehand what they may send; that needs no leave, and goes no further', async () => {
    const authorize = vi.fn(() => false);
    const { proxy, seen } = await proxied(undefined, { origins, authorize });
    const headers = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-csrf' };
    const response = await proxy(from('http://localhost:5173', { method: 'OPTIONS', headers }));

    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(response.headers.get('access-control-allow-methods')).toBe('GET');
    expect(response.headers.get('access-control-allow-headers')).toBe('x-csrf');
    expect(authorize).not.toHaveBeenCalled();
    expect(seen).toEqual([]);

    const refused = await proxy(from('https://evil.example', { method: 'OPTIONS', headers }));
    expect(refused.headers.has('access-control-allow-origin')).toBe(false);
  });

  it('may read nothing, where there is no list', async () => {
    const { proxy } = await proxied();
    const { headers } = await proxy(from('https://app.example.com'));

    expect(headers.has('access-control-allow-origin')).toBe(false);
    expect(headers.has('vary')).toBe(false);
  });
});

describe('a wrong option', () => {
  it.each([
    ['authorize', { authorize: undefined }],
    ['authorize', { authorize: true }],
    ['apiKey', { apiKey: null }],
    ['apiKey', { apiKey: '' }],
    ['apiKey', { apiKey: 'two words' }],
    ['baseUrl', { baseUrl: 'ftp://x.test' }],
    ['fetch', { fetch: {} }],
    ['onError', { onError: 'log' }],
    ['timeout', { timeout: 0 }],
    ['origins', { origins: 'https://app.example.com' }],
    ['origins', { origins: ['*'] }],
    ['origins', { origins: ['null'] }],
    ['origins', { origins: ['https://*.example.com'] }],
    ['origins', { origins: ['https://app.example.com/'] }],
    ['origins', { origins: ['https://app.example.com:443'] }],
    ['origins', { origins: ['https://App.example.com'] }],
    ['origins', { origins: [1] }],
  ])('is refused at once: %s, %j', (name, wrong) => {
    const options = { apiKey: KEY, authorize: allowAll, ...wrong } as unknown as VideosProxyOptions;
    expect(() => createVideosProxy(options)).toThrow(new RegExp(name));
  });

  it('is a key in place of them, which is not shown', () => {
    expect(() => createVideosProxy(KEY as never)).toThrow(
      new TypeError('Invalid option options: a string. Expected an object, such as { apiKey }.'),
    );
  });
});

describe('the client', () => {
  it('waits through the proxy without a key of its own', async () => {
    const emulator = createVideosEmulator({ apiKey: KEY });
    await using box = await emulator.listen();
    emulator.addTask({ id: 'video_1' });
    emulator.addTask({ id: 'video_2' });
    const proxy = createVideosProxy({
      apiKey: KEY,
      baseUrl: box.baseUrl,
      authorize: (_, id) => id === 'video_1',
    });
    const { url } = await startHttpService(handler(proxy));
    const baseUrl = `${url}/api/videos`;
    const client = new VideosClient({ apiKey: null, baseUrl, polling: { minInterval: 1, maxInterval: 1 } });

    expect(await client.waitForCompletion('video_1')).toMatchObject({ status: 'completed' });
    await expect(client.getResult('video_2')).rejects.toMatchObject({
      name: 'AuthenticationError',
      message: expect.stringContaining('You may not see this task.'),
    });
    expect(emulator.requests.map(({ id }) => id)).toEqual(['video_1', 'video_1', 'video_1']);
  });
});
