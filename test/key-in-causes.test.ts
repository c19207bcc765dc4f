import { type CompletedVideo, parseVideo } from 'videos-client';
import { expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { HttpService } from './helpers/http-service.ts';
import { clientOf, expectNoKeyIn, IN_URL, KEY } from './helpers/key-leaks.ts';
import { completed, task } from './helpers/task.ts';

const headers = () => ({ authorization: `Bearer ${KEY}` });
const request = () => new Request('https://api.test', { headers: headers() });
class HttpError extends Error {
  override name = 'HttpError';
  code = 'ECONNRESET';
  config = { headers: headers() };
}

const failures: [string, () => unknown][] = [
  ['whose message has the key', () => new Error(`Failed with ${KEY}`)],
  ['whose message has the key encoded for a URL', () => new Error(`Failed at ?key=${IN_URL}`)],
  ['whose name has the key', () => Object.assign(new Error('no'), { name: KEY })],
  ['that carries the configuration of the request', () => new HttpError('no')],
  ['that carries the Request', () => Object.assign(new Error('no'), { request: request() })],
  ['that carries the Headers', () => Object.assign(new Error('no'), { headers: new Headers(headers()) })],
  ['that carries a Map', () => Object.assign(new Error('no'), { sent: new Map([[{ deep: KEY }, 1]]) })],
  ['that carries a Set', () => Object.assign(new Error('no'), { sent: new Set([[KEY]]) })],
  [
    'that carries the parameters of a URL',
    () => Object.assign(new Error('no'), { query: new URLSearchParams({ key: KEY }) }),
  ],
  ['that carries it under a symbol', () => Object.assign(new Error('no'), { [Symbol('state')]: headers() })],
  [
    'that carries it in a property that is not listed',
    () => Object.defineProperty(new Error('no'), 'sent', { value: KEY }),
  ],
  [
    'that carries it in a cycle',
    () => {
      const error = Object.assign(new Error('no'), { self: {} });
      error.self = { error, headers: headers() };
      return error;
    },
  ],
  [
    'whose cause of a cause carries it',
    () => new Error('no', { cause: new Error('still no', { cause: new HttpError('never') }) }),
  ],
  ['whose cause is an object', () => new Error('no', { cause: { headers: headers() } })],
  [
    'that carries the URL of the request',
    () => Object.assign(new Error('no'), { url: new URL(`https://api.test/?key=${IN_URL}`) }),
  ],
  [
    'that carries a function with it',
    () => Object.assign(new Error('no'), { retry: Object.assign(() => {}, { KEY }) }),
  ],
  [
    'that has a getter which throws, and the key next to it',
    () =>
      Object.assign(new Error(KEY), {
        request: Object.defineProperty({}, 'url', {
          get: () => {
            throw new Error(KEY);
          },
        }),
      }),
  ],
  ['whose name is not a string', () => Object.assign(new Error(KEY), { name: { KEY } })],
  ['whose cause is a text', () => new Error('no', { cause: `Bearer ${KEY}` })],
  ['of several', () => new AggregateError([new Error(KEY)], 'none worked')],
  ['that is a DOMException', () => new DOMException(`Aborted with ${KEY}`, 'NetworkError')],
  ['that is not an Error', () => ({ headers: headers() })],
  ['that is a text', () => `Failed with ${KEY}`],
];

it.each(failures)('a custom fetch that fails with an error %s leaks it into no error', async (_, make) => {
  const client = clientOf({ fetch: () => Promise.reject(make()) });
  const error = await expectNoKeyIn(client.getResult('video_1'));
  expect(error).toMatchObject({ name: 'ConnectionError', taskId: 'video_1' });
});

it('a custom fetch that throws at once leaks the key into no error', async () => {
  const fetch = () => {
    throw new HttpError(KEY);
  };
  await expectNoKeyIn(clientOf({ fetch }).getResult('video_1'));
});

it('a body that breaks with the key leaks it into no error', async () => {
  const body = () => new ReadableStream({ pull: () => Promise.reject(new HttpError(KEY)) });
  const error = await expectNoKeyIn(
    clientOf({ fetch: async () => new Response(body()) }).getResult('video_1'),
  );
  expect(error).toMatchObject({ name: 'ConnectionError' });
});

it('the cause is the very error of a custom fetch if the key is not in it', async () => {
  const cause = Object.assign(new Error('no'), { config: { url: 'https://api.test' } });
  const error = await failureOf(clientOf({ fetch: () => Promise.reject(cause) }).getResult('video_1'));
  expect((error as Error).cause).toBe(cause);
});

it('the cause keeps name, message, code, stack and causes of an error that contains the key', async () => {
  const cause = new HttpError('Reset by peer', { cause: new Error(`for ${KEY}`) });
  const error = (await failureOf(
    clientOf({ fetch: () => Promise.reject(cause) }).getResult('video_1'),
  )) as Error;
  expect(error.cause).toBeInstanceOf(Error);
  expect(error.cause).toMatchObject({
    name: 'HttpError',
    message: 'Reset by peer',
    code: 'ECONNRESET',
    cause: { message: 'for [redacted]' },
  });
  expect(error.cause).not.toHaveProperty('config');
  expect((error.cause as Error).stack).toContain('key-in-causes.test.ts');
});

it('an endless error is not searched endlessly', async () => {
  const cause = Object.assign(new Error('no'), {
    has: () => true,
    *[Symbol.iterator]() {
      for (let count = 0; ; count++) yield { count };
    },
  });
  const error = (await failureOf(
    clientOf({ fetch: () => Promise.reject(cause) }).getResult('video_1'),
  )) as Error;
  expect(error.cause).toMatchObject({ message: 'no' });
});

it('an error with megabytes of bytes is not searched byte by byte', async () => {
  const cause = Object.assign(new Error('no'), { body: new Uint8Array(2 ** 20) });
  const error = (await failureOf(
    clientOf({ fetch: () => Promise.reject(cause) }).getResult('video_1'),
  )) as Error;
  expect(error.cause).toBe(cause);
});

it('the key of a function is in no error of the attempt that it was for', async () => {
  const keys = ['sk-live-1-first', 'sk-live-1-second'];
  await using service = await HttpService.start((request, response) =>
    response.writeHead(500).end(`Refused ${request.headers.authorization}`),
  );
  const client = clientOf({ apiKey: () => keys.shift() ?? 'none', baseUrl: service.url });
  await expectNoKeyIn(client.getResult('video_1'));
  await expectNoKeyIn(client.getResult('video_1'));
  expect(service.requests.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer sk-live-1-first',
    'Bearer sk-live-1-second',
  ]);
});

it('the key of a function is in no error of that function', async () => {
  await using service = await HttpService.start((_, response) => response.writeHead(503).end());
  let isFirst = true;
  const apiKey = () => {
    if (!isFirst) throw new Error(`Failed to refresh ${KEY}`);
    isFirst = false;
    return KEY;
  };
  const client = clientOf({ apiKey, baseUrl: service.url });
  await expectNoKeyIn(client.getResult('video_1'));
  const error = await expectNoKeyIn(client.getResult('video_1'));
  expect(error.message).toContain('the apiKey function failed (Failed to refresh [redacted])');
});

it('the key is in no error of a download, whether it is a string or comes from a function', async () => {
  await using service = await HttpService.start(completed);
  for (const apiKey of [KEY, () => KEY]) {
    const fetch = vi.fn<typeof globalThis.fetch>(globalThis.fetch);
    const client = clientOf({ apiKey, baseUrl: service.url, fetch });
    const { video_url } = (await client.getResult('video_1')) as CompletedVideo;
    fetch.mockImplementation(() =>
      Promise.reject(Object.assign(new Error(`Failed with ${KEY}`), { config: { key: KEY } })),
    );
    const error = await expectNoKeyIn(client.download(parseVideo(task({ status: 'completed', video_url }))));
    expect(error).toMatchObject({ name: 'DownloadError' });
    expect(error.message).toContain('no response (Failed with [redacted])');
  }
});
