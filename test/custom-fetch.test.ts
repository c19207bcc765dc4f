import { Readable } from 'node:stream';
import { VideosClient } from 'videos-client';
import { expect, it, vi } from 'vitest';
import { version } from '../package.json';

const task = { id: 'video_1', status: 'completed', video_url: 'https://cdn.example.com/video_1.mp4' };

/** What a fetch of another package returns: like a `Response`, but none of this runtime. */
function foreignResponse(url: string): Response {
  const { body, headers } = new Response(JSON.stringify(task));
  return { status: 200, ok: true, type: 'basic', url, headers, body } as Response;
}

it.each([300, 500])('a mock that is nothing but the status %i is an error of the service', async (status) => {
  const fetch = async () => ({ status }) as Response;
  const client = new VideosClient({ apiKey: 'test-key', fetch, maxRetries: 0 });
  await expect(client.getResult('video_1')).rejects.toMatchObject({ name: 'ApiError', status, body: null });
});

it('a mock whose headers have nothing but get is read', async () => {
  const headers = { get: (name: string) => (name === 'retry-after' ? '120' : null) };
  const fetch = async () => ({ status: 503, headers }) as unknown as Response;
  const client = new VideosClient({ apiKey: 'test-key', fetch, maxRetries: 0 });
  await expect(client.getResult('video_1')).rejects.toMatchObject({ retryAfter: 120_000 });
});

it.each(['a stream', 'text()'])(
  'a reply of exactly 1 MiB is read, from %s, and no longer one',
  async (from) => {
    const read = (bytes: number) => {
      const text = JSON.stringify(task).padEnd(bytes);
      const mock = { status: 200, text: async () => text } as Response;
      const fetch = async () => (from === 'text()' ? mock : new Response(text));
      return new VideosClient({ apiKey: 'test-key', fetch, maxRetries: 0 }).getResult('video_1');
    };
    await expect(read(2 ** 20)).resolves.toMatchObject({ status: 'completed' });
    await expect(read(2 ** 20 + 1)).rejects.toThrow('it is over 1 MiB');
  },
);

it('a fetch of another package is called once for a request, though its response is not a Response of the runtime', async () => {
  const fetch = vi.fn(async (url: unknown) => foreignResponse(String(url)));
  const client = new VideosClient({ apiKey: 'test-key', fetch: fetch as never });
  await expect(client.getResult('video_1')).resolves.toMatchObject(task);
  expect(fetch).toHaveBeenCalledOnce();
});

it('a fetch that throws at once is a failed connection', async () => {
  const fetch = vi.fn(() => {
    throw new TypeError('no network here');
  });
  const client = new VideosClient({ apiKey: 'test-key', fetch, maxRetries: 0 });
  await expect(client.getResult('video_1')).rejects.toThrow(/no response \(no network here\)/);
  expect(fetch).toHaveBeenCalledOnce();
});

it('a custom fetch is called with a URL string and headers in a plain object', async () => {
  const fetch = vi.fn(async (url: string) => foreignResponse(url));
  const client = new VideosClient({ apiKey: 'test-key', headers: { 'X-Team': 'a' }, fetch });
  await client.getResult('video_1');
  const [[url, init] = []] = fetch.mock.calls as unknown as [string, { headers: object }][];
  expect(url).toBe('https://zcbservice.aizfw.cn/kyyReactApiServer/v1/result/video_1');
  expect(Object.getPrototypeOf(init?.headers)).toBe(Object.prototype);
  expect(init?.headers).toMatchObject({ authorization: 'Bearer test-key', 'x-team': 'a' });
});

const client = (response: object, maxRetries = 0) =>
  new VideosClient({ apiKey: 'test-key', maxRetries, fetch: async () => response as Response });
const text = JSON.stringify(task);

it.each([
  ['a body of Node', { body: Readable.from([Buffer.from(text.slice(0, 9)), Buffer.from(text.slice(9))]) }],
  ['no body, but text()', { text: async () => text }],
  ['no body, but json()', { json: async () => task }],
  ['a body that is null, but text()', { body: null, text: async () => text }],
  ['no body, and headers in an object', { text: async () => text, headers: { 'x-request-id': 'r-1' } }],
  ['no body, and headers in a Map', { text: async () => text, headers: new Map([['x-request-id', 'r-1']]) }],
])('the response of a custom fetch may have %s', async (_, response) => {
  await expect(client({ ok: true, status: 200, ...response }).getResult('video_1')).resolves.toMatchObject(
    task,
  );
});

it('a response of a custom fetch with an error status is an error that quotes its body', async () => {
  const response = {
    ok: false,
    status: 404,
    headers: { 'X-Request-Id': 'r-1' },
    text: async () => '{"msg":"gone"}',
  };
  await expect(client(response).getResult('video_1')).rejects.toMatchObject({
    name: 'NotFoundError',
    requestId: 'r-1',
    message: expect.stringContaining('404: "gone"'),
  });
});

it('the response of a custom fetch is read up to 1 MiB only, whatever its body is', async () => {
  let isDestroyed = false;
  const endless = new Readable({
    read() {
      this.push(Buffer.alloc(2 ** 16, 120));
    },
    destroy(error, done) {
      isDestroyed = true;
      done(error);
    },
  });
  for (const response of [{ body: endless }, { text: async () => 'x'.repeat(2 ** 20 + 1) }]) {
    await expect(client({ status: 200, ...response }).getResult('video_1')).rejects.toMatchObject({
      name: 'InvalidResponseError',
      issues: [{ message: 'it is over 1 MiB' }],
    });
  }
  expect(isDestroyed).toBe(true);
});

const returning = (result: unknown) => {
  const fetch = vi.fn(async () => result as Response);
  return { fetch, client: new VideosClient({ apiKey: 'test-key', fetch }) };
};

it.each([
  [undefined, 'undefined'],
  [null, 'null'],
  ['{}', 'of type string'],
  [task, 'of type object'],
  [{ status: 200, data: task }, 'of type object'],
])('a fetch that returns no response ends a call and a wait at once: %j', async (result, what) => {
  for (const method of ['getResult', 'waitForCompletion'] as const) {
    const { fetch, client: broken } = returning(result);
    await expect(broken[method]('video_1')).rejects.toThrow(
      new TypeError(`Invalid result of the option fetch: it is ${what}. Expected a Response.`),
    );
    expect(fetch).toHaveBeenCalledOnce();
  }
});

it('a fetch that returns no response to a create may have created a task', async () => {
  const { fetch, client: broken } = returning(undefined);
  await expect(broken.create({ model: 'videos', prompt: 'A cat', duration: 5 })).rejects.toMatchObject({
    name: 'OutcomeUnknownError',
    message: expect.stringContaining('(Invalid result of the option fetch: it is undefined.'),
  });
  expect(fetch).toHaveBeenCalledOnce();
});

it('a fetch may return an error status and nothing else, as mocks do', async () => {
  const { client: mocked } = returning({ ok: false, status: 404 });
  await expect(mocked.getResult('video_1')).rejects.toThrow(/answered 404/);
});

it('a fetch is called with the URL as a string, and an init with the signal of the attempt', async () => {
  const fetch = vi.fn(async (_url: unknown, _init?: RequestInit) => Response.json(task));
  await new VideosClient({ apiKey: 'test-key', fetch, baseUrl: 'https://host.test/a' }).getResult('video_1');
  const [url, init] = fetch.mock.calls[0] ?? [];
  expect(url).toBe('https://host.test/a/v1/result/video_1');
  expect(init).toMatchObject({ method: 'GET', redirect: 'manual', signal: expect.any(AbortSignal) });
  expect(init).not.toHaveProperty('body');
});

it('a signal without throwIfAborted aborts a call, also in the middle of a pause', async () => {
  const stop = new AbortController();
  const signal = new Proxy(stop.signal, {
    get: (target, name) => {
      if (name === 'throwIfAborted') return undefined;
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const fetch = async () => {
    setTimeout(() => stop.abort('enough'), 10);
    return new Response('', { status: 503 });
  };
  const client = new VideosClient({ apiKey: 'test-key', fetch });
  await expect(client.getResult('video_1', { signal })).rejects.toBe('enough');
  await expect(client.getResult('video_1', { signal })).rejects.toBe('enough');
});

const agentOf = async (options: object) => {
  const fetch = vi.fn(async (_url: unknown, _init?: RequestInit) => Response.json(task));
  await new VideosClient({ apiKey: null, fetch, ...options }).getResult('video_1');
  return new Headers(fetch.mock.calls[0]?.[1]?.headers).get('user-agent');
};

it('the user agent names the package and its version on servers', async () => {
  expect(await agentOf({})).toBe(`videos-client/${version}`);
});

it('the user agent of the option headers takes precedence', async () => {
  expect(await agentOf({ headers: { 'User-Agent': 'my-app/1' } })).toBe('my-app/1');
});

it('the user agent is not set in a browser, which sets its own', async () => {
  vi.stubGlobal('document', {});
  expect(await agentOf({})).toBeNull();
});
