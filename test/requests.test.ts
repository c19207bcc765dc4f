import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import fc from 'fast-check';
import { VideosClient } from 'videos-client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { version } from '../package.json';
import { failureOf } from './helpers/failure-of.ts';
import { hang, play } from './helpers/fetch-service.ts';
import { startHttpService } from './helpers/http-service.ts';
import { completed, ID, processing } from './helpers/task.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const unavailable = () => new Response(null, { status: 503 });
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

it('a request is a GET with the key and no other secret, and no cache answers it', async () => {
  const { client, requests } = play(completed);
  await client().getResult(ID);
  const [request] = requests;
  expect(request).toMatchObject({ method: 'GET', body: null, cache: 'no-store', redirect: 'manual' });
  expect([...(request?.headers ?? [])]).toEqual([
    ['authorization', 'Bearer test-key'],
    ['user-agent', `videos-client/${version}`],
  ]);
});

it.each([
  ['video_1234567890', 'video_1234567890'],
  ['a b', 'a%20b'],
  ['a/../b', 'a%2F..%2Fb'],
  ['a?b=c&d#e', 'a%3Fb%3Dc%26d%23e'],
  ['100%', '100%25'],
  ['%2e%2e', '%252e%252e'],
  ['...', '...'],
  ['a  b', 'a%20%20b'],
  ['任务', '%E4%BB%BB%E5%8A%A1'],
])('a request for the task %j has the path segment %s', async (id, path) => {
  const { client, requests } = play(completed);
  await client({ baseUrl: 'https://host.test/api' }).getResult(id);
  expect(requests[0]?.url).toBe(`https://host.test/api/v1/result/${path}`);
});

it('a request reaches a real server with its path, its key and its headers', async () => {
  vi.useRealTimers();
  const seen: IncomingMessage[] = [];
  const { url } = await startHttpService((request, response) => {
    seen.push(request);
    response.end(JSON.stringify(completed));
  });
  const client = new VideosClient({
    apiKey: 'test-key',
    baseUrl: `${url}/api/v1/`,
    headers: { 'x-team': 'film' },
  });
  expect(await client.getResult('a b/ü')).toEqual(completed);
  expect(seen[0]).toMatchObject({
    method: 'GET',
    url: '/api/v1/result/a%20b%2F%C3%BC',
    headers: { authorization: 'Bearer test-key', 'x-team': 'film' },
  });
});

it('the default fetch is the global one, looked up at each call', async () => {
  const client = new VideosClient({ apiKey: 'test-key' });
  const [one, other] = [play(processing), play(completed)];
  vi.stubGlobal('fetch', one.fetch);
  expect(await client.getResult(ID)).toMatchObject({ status: 'processing' });
  vi.stubGlobal('fetch', other.fetch);
  expect(await client.getResult(ID)).toMatchObject({ status: 'completed' });
  expect([one.requests.length, other.requests.length]).toEqual([1, 1]);
});

it('a custom fetch is called as a plain function, as that of a browser must be', async () => {
  const receivers: unknown[] = [];
  const { fetch } = play(completed);
  const client = new VideosClient({
    apiKey: 'test-key',
    fetch(this: unknown, input, init) {
      receivers.push(this);
      return fetch(input, init);
    },
  });
  await client.getResult(ID);
  expect(receivers).toEqual([undefined]);
});

it('the API key function is called once for every attempt, and each attempt sends what it returned', async () => {
  const { client, requests } = play(unavailable, unavailable, completed);
  let calls = 0;
  const call = client({ apiKey: async () => `key-${++calls}` }).getResult(ID);
  await vi.runAllTimersAsync();
  await call;
  expect(calls).toBe(3);
  expect(requests.map(({ headers }) => headers.get('authorization'))).toEqual([
    'Bearer key-1',
    'Bearer key-2',
    'Bearer key-3',
  ]);
});

it('the API key function is not called again for a redirect', async () => {
  const moved = () => new Response(null, { status: 307, headers: { location: '/elsewhere' } });
  const { client, requests } = play(moved, completed);
  const apiKey = vi.fn(() => 'key');
  await client({ apiKey }).getResult(ID);
  expect(apiKey).toHaveBeenCalledTimes(1);
  expect(requests).toHaveLength(2);
});

it('the API key function has to return within the time limit', async () => {
  const { client, requests } = play(completed);
  const apiKey = () => new Promise<string>(() => {});
  const call = failureOf(client({ apiKey, timeout: 1_000, maxRetries: 0 }).getResult(ID));
  await vi.runAllTimersAsync();
  expect(await call).toMatchObject({ name: 'RequestTimeoutError', timeout: 1_000 });
  expect(requests).toEqual([]);
});

const start = (response: ServerResponse) => response.writeHead(200).write('{"id":"t",');

it.each([
  ['stops in the middle', (response: ServerResponse) => void start(response)],
  [
    'comes byte by byte',
    (response: ServerResponse) => {
      start(response);
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    },
  ],
])('the time limit covers the body: the connection of one that %s is closed', async (_, respond) => {
  vi.useRealTimers();
  let closed: Promise<unknown> | undefined;
  const { url } = await startHttpService((_, response) => {
    closed = once(response, 'close');
    respond(response);
  });
  const client = new VideosClient({ apiKey: 'test-key', baseUrl: url, maxRetries: 0 });
  const error = await failureOf(client.getResult(ID, { timeout: 300 }));
  expect(error).toMatchObject({ name: 'RequestTimeoutError', timeout: 300, taskId: ID });
  expect(closed).toBeDefined();
  await closed;
});

it.each([
  ['30 seconds by default', undefined, undefined, 30_000],
  ["the client's", 5_000, undefined, 5_000],
  ["the call's before the client's", 5_000, 7_000, 7_000],
])('the time limit is %s', async (_, ofClient, ofCall, timeout) => {
  const client = play(hang).client({ timeout: ofClient, maxRetries: 0 });
  const began = performance.now();
  const call = failureOf(client.getResult(ID, { timeout: ofCall }));
  await vi.runAllTimersAsync();
  expect(await call).toMatchObject({ name: 'RequestTimeoutError', timeout });
  expect(performance.now() - began).toBe(timeout);
});

it('the time limit is that of one attempt: waiting for a place does not count', async () => {
  const slow = async () => {
    await pause(25_000);
    return Response.json(completed);
  };
  const client = play(slow).client({ maxConcurrency: 1 });
  const polls = Promise.all([1, 2, 3].map((n) => client.getResult(`task-${n}`)));
  await vi.runAllTimersAsync();
  expect(await polls).toHaveLength(3);
});

it.each([
  ['three by default', undefined, undefined, 4],
  ["as many as the client's option says", 1, undefined, 2],
  ["as many as the call's option says before the client's", 1, 2, 3],
  ['none with 0', 5, 0, 1],
])('a request has retries: %s', async (_, ofClient, ofCall, attempts) => {
  const { client, requests } = play(unavailable);
  const call = failureOf(client({ maxRetries: ofClient }).getResult(ID, { maxRetries: ofCall }));
  await vi.runAllTimersAsync();
  expect(await call).toMatchObject({ name: 'ApiError', status: 503 });
  expect(requests).toHaveLength(attempts);
});

it.each([
  ['16 by default', undefined, 16],
  ['as many as maxConcurrency says', 3, 3],
  ['without a limit for Infinity', Number.POSITIVE_INFINITY, 40],
])('the number of requests in flight is limited: %s', async (_, maxConcurrency, inFlight) => {
  const { client, requests } = play(hang);
  const crowded = client({ maxConcurrency, maxRetries: 0 });
  const polls = Array.from({ length: 40 }, (_, n) => failureOf(crowded.getResult(`task-${n}`)));
  await vi.advanceTimersByTimeAsync(0);
  expect(requests).toHaveLength(inFlight);
  await vi.runAllTimersAsync();
  await Promise.all(polls);
});

it('a request counts as in flight until its body has been read', async () => {
  let end = () => {};
  const open = () =>
    new Response(
      new ReadableStream({
        start(body) {
          end = () => {
            body.enqueue(new TextEncoder().encode(JSON.stringify(completed)));
            body.close();
          };
        },
      }),
    );
  const { client, requests } = play(open, completed);
  const crowded = client({ maxConcurrency: 1 });
  const polls = [crowded.getResult('first'), crowded.getResult('second')];
  await vi.advanceTimersByTimeAsync(1_000);
  expect(requests).toHaveLength(1);
  end();
  await Promise.all(polls);
  expect(requests).toHaveLength(2);
});

it('a request that pauses before a retry is not in flight, nor is a wait that pauses between polls', async () => {
  const { client, requests } = play(unavailable, processing, completed);
  const crowded = client({ maxConcurrency: 1 });
  const retrying = crowded.getResult('retrying');
  const waiting = crowded.waitForCompletion('waiting');
  await vi.advanceTimersByTimeAsync(0);
  expect(await crowded.getResult('at once')).toEqual(completed);
  expect(requests.map(({ url }) => url.split('/').at(-1))).toEqual(['retrying', 'waiting', 'at%20once']);
  await vi.runAllTimersAsync();
  await Promise.all([retrying, waiting]);
});

it('requests in flight never exceed maxConcurrency, and are sent in the order of the calls', async () => {
  const delays = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 8 }), delays, async (maxConcurrency, delays) => {
      let [inFlight, most] = [0, 0];
      const { client, requests } = play(async ({ url }) => {
        most = Math.max(most, ++inFlight);
        await pause(delays[Number(url.split('/').at(-1))] ?? 0);
        inFlight--;
        return Response.json(completed);
      });
      const crowded = client({ maxConcurrency });
      const polls = Promise.all(delays.map((_, n) => crowded.getResult(`${n}`)));
      await vi.runAllTimersAsync();
      await polls;
      expect(most).toBe(Math.min(maxConcurrency, delays.length));
      expect(requests.map(({ url }) => Number(url.split('/').at(-1)))).toEqual([...delays.keys()]);
    }),
    { numRuns: 25 },
  );
}, 60_000);
