import { ConnectionError, PollingFailedError, WaitTimeoutError, waitForCompletion } from 'videos-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { play, type Step } from './helpers/fetch-service.ts';
import { completed, ID, processing } from './helpers/task.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const down: Step = () => new Response(null, { status: 503 });
const unreachable: Step = () =>
  Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }));

/** Every request is a poll of its own, and every pause half a minute. */
const plain = { maxRetries: 0, polling: { jitter: false, factor: 1 } };

it('a wait ends when maxFailures polls in a row have failed', async () => {
  const { client, times } = play(processing, down, down, unreachable);
  const wait = failureOf(client(plain).waitForCompletion(ID, { maxFailures: 3 }));
  await vi.runAllTimersAsync();
  const error = await wait;
  expect(error).toBeInstanceOf(PollingFailedError);
  expect(error).toMatchObject({
    taskId: ID,
    isTransient: true,
    failures: 3,
    elapsed: 90_000,
    lastVideo: { status: 'processing' },
    cause: { name: 'ConnectionError' },
  });
  expect(times).toHaveLength(4);
  expect(vi.getTimerCount()).toBe(0);
});

it('a wait that ends by maxFailures says what was seen, and how to resume', async () => {
  const { client } = play(unreachable);
  const wait = failureOf(client(plain).waitForCompletion(ID, { maxFailures: 2 }));
  await vi.runAllTimersAsync();
  expect(((await wait) as Error).message).toBe(
    'Failed to wait for task video_1234567890 to end: 2 consecutive polls failed. Last error: ' +
      'Failed to get the result of task video_1234567890: no response (connect ECONNREFUSED). The task itself is not affected. ' +
      'Try again; if it keeps failing, check the network and baseUrl. Its status is not known. 2 polls were made (2 failed) in 30 s. ' +
      'The task may still finish, and it has been paid for: ' +
      'do not submit it again. Resume with waitForCompletion("video_1234567890"), later or with a longer maxWait.',
  );
});

it('maxFailures counts a single failed poll as one in the message', async () => {
  const { client } = play(unreachable);
  const wait = failureOf(client(plain).waitForCompletion(ID, { maxFailures: 1 }));
  await vi.runAllTimersAsync();
  expect(((await wait) as Error).message).toContain(': 1 poll failed. Last error: Failed to get the result');
});

it('maxFailures is 10 by default', async () => {
  const { client, times } = play(down);
  const wait = failureOf(client(plain).waitForCompletion(ID));
  await vi.runAllTimersAsync();
  expect(await wait).toMatchObject({ name: 'PollingFailedError', failures: 10, lastVideo: null });
  expect(times).toHaveLength(10);
});

it('maxFailures counts a request with all its retries as one', async () => {
  const { client, times } = play(down);
  const wait = failureOf(client({ maxRetries: 3 }).waitForCompletion(ID, { maxFailures: 2 }));
  await vi.runAllTimersAsync();
  expect(await wait).toMatchObject({ name: 'PollingFailedError', failures: 2 });
  expect(times).toHaveLength(8);
});

it('maxFailures counts from zero again after one successful poll', async () => {
  const { client } = play(down, down, processing, down, down, processing, down, down, completed);
  const failures: number[] = [];
  const wait = client(plain).waitForCompletion(ID, {
    maxFailures: 3,
    onPollError: (event) => failures.push(event.failures),
  });
  await vi.runAllTimersAsync();
  await expect(wait).resolves.toMatchObject({ status: 'completed' });
  expect(failures).toEqual([1, 2, 1, 2, 1, 2]);
});

it('a maxFailures of 1 ends the wait at the first failed poll', async () => {
  const { client, times } = play(down);
  expect(await failureOf(client(plain).waitForCompletion(ID, { maxFailures: 1 }))).toMatchObject({
    failures: 1,
  });
  expect(times).toEqual([0]);
});

it('maxFailures does not end a wait with a Retry-After beyond its deadline: the deadline does', async () => {
  const limited = () => new Response(null, { status: 429, headers: { 'retry-after': '3600' } });
  const { client, times } = play(limited);
  const wait = failureOf(client(plain).waitForCompletion(ID, { maxFailures: 1, maxWait: 60_000 }));
  await vi.runAllTimersAsync();
  expect(await wait).toMatchObject({
    name: 'WaitTimeoutError',
    elapsed: 60_000,
    cause: { name: 'RateLimitError' },
  });
  expect(times).toEqual([0]);
});

it('maxFailures ends a wait whose Retry-After ends exactly at its deadline: a poll could still follow', async () => {
  const limited = () => new Response(null, { status: 429, headers: { 'retry-after': '60' } });
  const { client, times } = play(limited);
  const wait = failureOf(client(plain).waitForCompletion(ID, { maxFailures: 1, maxWait: 60_000 }));
  await vi.runAllTimersAsync();
  expect(await wait).toMatchObject({ name: 'PollingFailedError', elapsed: 0 });
  expect(times).toEqual([0]);
});

it('a maxFailures of Infinity never ends a wait: the deadline does', async () => {
  const { client, times } = play(down);
  const wait = failureOf(client(plain).waitForCompletion(ID, { maxFailures: Number.POSITIVE_INFINITY }));
  await vi.runAllTimersAsync();
  const error = await wait;
  expect(error).toBeInstanceOf(WaitTimeoutError);
  expect(error).toMatchObject({
    elapsed: 1_800_000,
    lastVideo: null,
    cause: { name: 'ApiError', status: 503 },
  });
  expect(times).toHaveLength(61);
});

it('maxFailures ends watch in the same way', async () => {
  const { client } = play(processing, down);
  const seen: string[] = [];
  const watched = failureOf(
    (async () => {
      for await (const { status } of client(plain).watch(ID, { maxFailures: 2 })) seen.push(status);
    })(),
  );
  await vi.runAllTimersAsync();
  expect(await watched).toMatchObject({ name: 'PollingFailedError', failures: 2, elapsed: 60_000 });
  expect(seen).toEqual(['processing']);
});

it('onPollError receives each failed poll, with its error and the number of failures in a row', async () => {
  const { client } = play(
    down,
    processing,
    unreachable,
    () => Response.json({ status: 'processing' }),
    completed,
  );
  const seen: unknown[] = [];
  const wait = client(plain).waitForCompletion(ID, {
    onPollError: ({ error, failures }) => seen.push([error.name, failures]),
  });
  await vi.runAllTimersAsync();
  await wait;
  expect(seen).toEqual([
    ['ApiError', 1],
    ['ConnectionError', 1],
    ['InvalidResponseError', 2],
  ]);
});

it('onPollError receives also the failure that ends the wait, before the wait rejects', async () => {
  const { client } = play(down);
  const onPollError = vi.fn();
  const wait = failureOf(client(plain).waitForCompletion(ID, { maxFailures: 2, onPollError }));
  await vi.runAllTimersAsync();
  const error = (await wait) as PollingFailedError;
  expect(onPollError.mock.lastCall).toEqual([
    {
      error: error.cause,
      failures: 2,
      id: ID,
      polls: 2,
      elapsed: 30_000,
      nextPollIn: null,
      deadlineIn: 1_770_000,
    },
  ]);
});

it('onPollError is called for a failure that ends a wait at once', async () => {
  const { client } = play(() => new Response(null, { status: 401 }));
  const onPollError = vi.fn();
  await failureOf(client(plain).waitForCompletion(ID, { onPollError }));
  expect(onPollError).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ failures: 1, polls: 1, nextPollIn: null }),
  );
});

it('onPollError is not called for an error of a custom source that is none of this package', async () => {
  const bug = new Error('not a VideosError');
  const onPollError = vi.fn();
  const getResult = () => Promise.reject(bug);
  expect(await failureOf(waitForCompletion({ getResult }, ID, { onPollError }))).toBe(bug);
  expect(onPollError).not.toHaveBeenCalled();
});

it('onPollError is not called for an abort', async () => {
  const { client } = play(down);
  const onPollError = vi.fn();
  const stop = new AbortController();
  const wait = failureOf(client().waitForCompletion(ID, { signal: stop.signal, onPollError }));
  await vi.advanceTimersByTimeAsync(100);
  stop.abort(new ConnectionError('mine', { taskId: ID, cause: null }));
  expect(await wait).toBe(stop.signal.reason);
  expect(onPollError).not.toHaveBeenCalled();
});

describe.each([
  ['onUpdate', processing],
  ['onPollError', down],
] as const)('%s', (name, step) => {
  const thrown = [
    new Error('of the callback'),
    new ConnectionError('appears transient', { taskId: ID, cause: null }),
    'a string',
    undefined,
  ];

  it.each(thrown)('a callback that throws ends the wait with that very value (%s)', async (value) => {
    const { client, times } = play(step);
    const callback = () => {
      throw value;
    };
    expect(await failureOf(client(plain).waitForCompletion(ID, { [name]: callback }))).toBe(value);
    expect(times).toEqual([0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each(thrown)('a callback that rejects ends the wait with that very value (%s)', async (value) => {
    const { client, times } = play(step);
    const callback = () => Promise.reject(value);
    expect(await failureOf(client(plain).waitForCompletion(ID, { [name]: callback }))).toBe(value);
    expect(times).toEqual([0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a promise that a callback returns is awaited: one that takes longer than the pause is followed by the next poll at once', async () => {
    const { client, times } = play(step, completed);
    const callback = vi.fn(() => new Promise((resolve) => setTimeout(resolve, 35_000)));
    const wait = client(plain).waitForCompletion(ID, { [name]: callback });
    await vi.runAllTimersAsync();
    await wait;
    expect(times).toEqual([0, 35_000]);
  });

  it('a thenable that a callback returns is awaited too', async () => {
    const { client, times } = play(step, completed);
    // biome-ignore lint/suspicious/noThenProperty: that is what a thenable is.
    const thenable = { then: (resolve: () => void) => void setTimeout(resolve, 35_000) };
    const wait = client(plain).waitForCompletion(ID, { [name]: () => thenable });
    await vi.runAllTimersAsync();
    await wait;
    expect(times).toEqual([0, 35_000]);
  });

  it('a callback whose promise never settles does not keep an abort from ending the wait', async () => {
    const { client } = play(step);
    const stop = new AbortController();
    const wait = failureOf(
      client(plain).waitForCompletion(ID, { signal: stop.signal, [name]: () => new Promise(() => {}) }),
    );
    await vi.advanceTimersByTimeAsync(1_000);
    stop.abort('enough');
    expect(await wait).toBe('enough');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a callback that aborts the wait ends it there', async () => {
    const { client, times } = play(step);
    const stop = new AbortController();
    const callback = () => stop.abort('enough');
    expect(
      await failureOf(client(plain).waitForCompletion(ID, { signal: stop.signal, [name]: callback })),
    ).toBe('enough');
    expect(times).toEqual([0]);
  });
});
