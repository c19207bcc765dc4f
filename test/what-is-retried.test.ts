import { type ApiError, AuthenticationError, type VideosClient } from 'videos-client';
import { expect, it, vi } from 'vitest';
import { VideosApi } from '../src/api/videos-api.ts';
import { resolveClient } from '../src/options/client-settings.ts';
import { failureOf } from './helpers/failure-of.ts';
import { hang, play, type Step } from './helpers/fetch-service.ts';
import { useShortestPauses } from './helpers/rate-limits.ts';
import { completed, ID, processing, task } from './helpers/task.ts';

useShortestPauses();

const status = (code: number, body: object = { message: 'no' }) =>
  [
    `a status of ${code}`,
    () => (code === 304 ? new Response(null, { status: code }) : Response.json(body, { status: code })),
  ] as const;
const code = (value: unknown) => [`a code of ${value}`, { code: value, msg: 'no', data: null }] as const;
const body = (text: string) => () => new Response(text);
const broken = () =>
  new Response(new ReadableStream({ start: (controller) => controller.error(new Error('reset')) }));

/** When the requests of one call came, and what it rejected with. */
async function callWith(step: Step) {
  const { client, times } = play(step);
  const call = failureOf<ApiError>(client({ maxRetries: 2 }).getResult(ID));
  await vi.runAllTimersAsync();
  return { times, error: await call };
}

it.each<readonly [string, Step]>([
  ['no connection', () => Promise.reject(new TypeError('fetch failed'))],
  ['a body that is cut off', broken],
  ['an empty body', body('')],
  ['a page of HTML', body('<html><title>Welcome</title></html>')],
  ...[300, 304, 408, 425, 429, 500, 502, 503, 504, 599].map((number) => status(number)),
  ...[429, 500, 599, 600, 1001, -1, 'oops'].map(code),
])('a request that meets %s is tried again, and its error is transient', async (_, step) => {
  const { times, error } = await callWith(step);
  expect(times).toEqual([0, 250, 750]);
  expect(error.isTransient).toBe(true);
});

it.each<readonly [string, Step]>([
  ['JSON that breaks the contract', { hello: 'world' }],
  ['a completed task without its URL', task({ status: 'completed' })],
  ['a reply over 1 MiB', body(`"${'x'.repeat(2 ** 20)}"`)],
])('a request that meets %s is not tried again, but a wait continues', async (_, step) => {
  const { times, error } = await callWith(step);
  expect(times).toEqual([0]);
  expect(error).toMatchObject({ name: 'InvalidResponseError', isTransient: true });
});

it.each<readonly [string, Step]>([
  ['a task that makes no video', task({ object: 'image.generation' })],
  ...[400, 401, 402, 403, 404, 410, 422, 499].map((number) => status(number)),
  ...['204', 401, 404].map(code),
])('a request that meets %s is not tried again, and its error is not transient', async (_, step) => {
  const { times, error } = await callWith(step);
  expect(times).toEqual([0]);
  expect(error.isTransient).toBe(false);
});

it.each([300, 400, 503])('a status of %i counts before the code in the body', async (number) => {
  const { error } = await callWith(() => Response.json({ code: 401, msg: 'no' }, { status: number }));
  expect(error).toMatchObject({ name: 'ApiError', status: number, code: 401 });
  expect(error).not.toBeInstanceOf(AuthenticationError);
});

it('a request of a wait says when it pauses before a retry: its place is free for another poll', async () => {
  const { fetch, times } = play(() => new Response(null, { status: 503 }));
  const api = new VideosApi(resolveClient({ apiKey: 'test-key', fetch }));
  const pauses: number[] = [];
  const onPause = () => void pauses.push(times.length);
  const poll = failureOf(api.poll(ID, { maxRetries: 2 }, { deadline: Number.POSITIVE_INFINITY, onPause }));
  await vi.runAllTimersAsync();
  expect(await poll).toMatchObject({ status: 503 });
  expect([pauses, times]).toEqual([
    [1, 2],
    [0, 250, 750],
  ]);
});

it('a request is tried again, and can be aborted, where signals have no throwIfAborted, as in React Native', async () => {
  const { throwIfAborted } = AbortSignal.prototype;
  AbortSignal.prototype.throwIfAborted = undefined as never;
  try {
    const { client, times } = play(() => new Response(null, { status: 503 }), completed);
    const call = client().getResult(ID);
    await vi.runAllTimersAsync();
    expect(await call).toEqual(completed);
    expect(times).toEqual([0, 250]);

    const stop = new AbortController();
    const aborted = failureOf(
      play(() => new Response(null, { status: 503 }))
        .client()
        .getResult(ID, { signal: stop.signal }),
    );
    await vi.advanceTimersByTimeAsync(100);
    stop.abort('enough');
    expect(await aborted).toBe('enough');

    const stopLater = new AbortController();
    const abortedLater = failureOf(
      play(() => new Response(null, { status: 503 }), hang)
        .client()
        .getResult(ID, { signal: stopLater.signal }),
    );
    await vi.advanceTimersByTimeAsync(300);
    stopLater.abort('enough');
    expect(await abortedLater).toBe('enough');
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    AbortSignal.prototype.throwIfAborted = throwIfAborted;
  }
});

it('the error of an attempt that took too long names the limit, and the option', async () => {
  const call = failureOf(play(hang).client({ maxRetries: 0 }).getResult(ID));
  await vi.runAllTimersAsync();
  expect(await call).toMatchObject({
    message: `Failed to get the result of task ${ID}: no complete response within 30 s. The task itself is not affected. Try again, or raise the option timeout.`,
  });
});

/** A poll that gets its place this late, because another request of the client has it; no response comes. */
async function latePoll(occupied: number, maxConcurrency = 1) {
  const slow: Step = async () => {
    await new Promise((resolve) => setTimeout(resolve, occupied));
    return Response.json(processing);
  };
  const { client, requests } = play(...Array<Step>(maxConcurrency).fill(slow), hang);
  const crowded = client({ maxConcurrency, maxRetries: 0 });
  const others = Array.from({ length: maxConcurrency }, (_, n) => crowded.getResult(`other-${n}`));
  const wait = failureOf<Error>(crowded.waitForCompletion(ID, { maxWait: 10_000 }));
  await vi.runAllTimersAsync();
  await Promise.all(others);
  const { cause } = await wait;
  return { cause, sent: requests.length - maxConcurrency };
}

it('the error of a last poll that got its place late names what the wait had left, and maxWait', async () => {
  expect(await latePoll(20_000)).toMatchObject({
    cause: {
      name: 'RequestTimeoutError',
      taskId: ID,
      timeout: 30_000,
      message: `Failed to get the result of task ${ID}: no complete response within the 20 s that the wait had left. The task itself is not affected. Try again, or raise maxWait.`,
    },
    sent: 1,
  });
});

it('the error of a last poll that got no place says so, and what to raise', async () => {
  expect(await latePoll(29_000)).toMatchObject({
    cause: {
      name: 'RequestTimeoutError',
      taskId: ID,
      timeout: 30_000,
      message: `Failed to get the result of task ${ID}: not sent, because the client had another request in flight for too long. The task itself is not affected. Raise maxWait or maxConcurrency, or wait for fewer tasks at a time.`,
    },
    sent: 0,
  });
});

it('the error of a last poll that got no place says how many other requests were in flight', async () => {
  expect((await latePoll(29_000, 2)).cause).toMatchObject({
    message: expect.stringContaining('because the client had 2 other requests in flight for too long'),
  });
});

it('a poll that is not sent because of the rate limit of a create names no task', async () => {
  const limited = () => new Response(null, { status: 429, headers: { 'retry-after': '3600' } });
  const client: VideosClient = play(limited).client();
  await failureOf(client.create({ model: 'videos', prompt: 'A cat', duration: 5 }));
  expect(await failureOf(client.getResult(ID))).toMatchObject({
    name: 'RateLimitError',
    message: `Failed to get the result of task ${ID}: not sent, because of a rate-limit pause (the service answered 429). Retry after 60 min.`,
  });
});
