import { parseVideo, RateLimitError, WaitTimeoutError, waitForCompletion } from 'videos-client';
import { expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { play } from './helpers/fetch-service.ts';
import { refusal, useShortestPauses } from './helpers/rate-limits.ts';
import { completed, ID, processing } from './helpers/task.ts';

useShortestPauses();

/** In seconds, as `Retry-After` says it. */
const DAY = 86_400;

it('a wait pauses as long as the service asks, if its deadline allows it', async () => {
  const { client, times } = play(refusal(429, String(DAY)), completed);
  const wait = client().waitForCompletion(ID, { maxWait: Number.POSITIVE_INFINITY });
  await vi.runAllTimersAsync();
  await expect(wait).resolves.toMatchObject({ status: 'completed' });
  expect(times).toEqual([0, DAY * 1000]);
});

it('a wait pauses for a day at most, even if the service asks for more', async () => {
  const { client, times } = play(refusal(429, String(20 * DAY)), completed);
  const wait = client().waitForCompletion(ID, { maxWait: Number.POSITIVE_INFINITY });
  await vi.runAllTimersAsync();
  await wait;
  expect(times).toEqual([0, DAY * 1000]);
});

it('a wait whose rate-limit pause ends exactly at its deadline polls then', async () => {
  const { client, times } = play(refusal(429, '100'), completed);
  const onPollError = vi.fn();
  const wait = client({ maxRetries: 0 }).waitForCompletion(ID, { maxWait: 100_000, onPollError });
  await vi.runAllTimersAsync();
  await wait;
  expect(times).toEqual([0, 100_000]);
  expect(onPollError).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ nextPollIn: 100_000 }));
});

it.each([
  [429, 'RateLimitError', '101'],
  [429, 'RateLimitError', String(DAY)],
  [503, 'ApiError', String(DAY)],
])(
  'a wait ends at its deadline if a %i (%s) asks for longer (%s), without another poll',
  async (status, name, header) => {
    const { client, times } = play(processing, refusal(status, header));
    const wait = failureOf(
      client({ polling: { jitter: false } }).waitForCompletion(ID, { maxWait: 100_000 }),
    );
    await vi.runAllTimersAsync();
    const error = await wait;
    expect(error).toBeInstanceOf(WaitTimeoutError);
    expect(error).toMatchObject({
      elapsed: 100_000,
      lastVideo: { status: 'processing' },
      cause: { name, status },
    });
    expect(times).toEqual([0, 30_000]);
    expect(vi.getTimerCount()).toBe(0);
  },
);

it('a wait ends at its deadline if another call of the client was asked to pause beyond it', async () => {
  const { client, times } = play(processing, refusal(429, String(DAY)));
  const service = client({ polling: { jitter: false } });
  const wait = failureOf(service.waitForCompletion(ID, { maxWait: 100_000 }));
  await vi.advanceTimersByTimeAsync(1_000);
  await failureOf(service.getResult('other'));
  await vi.runAllTimersAsync();
  const error = await wait;
  expect(error).toMatchObject({
    name: 'WaitTimeoutError',
    elapsed: 100_000,
    cause: { name: 'RateLimitError', taskId: ID, cause: { taskId: 'other' } },
  });
  expect(times).toEqual([0, 1_000]);
});

it('a wait makes no last poll if its last poll was a plain 429 whose pause reaches beyond the deadline', async () => {
  const { client, times } = play(processing, refusal(429));
  const wait = failureOf(client({ polling: { jitter: false } }).waitForCompletion(ID, { maxWait: 30_100 }));
  await vi.runAllTimersAsync();
  expect(await wait).toMatchObject({
    name: 'WaitTimeoutError',
    elapsed: 30_100,
    cause: { name: 'RateLimitError' },
  });
  expect(times).toEqual([0, 30_000]);
});

it.each([
  [429, undefined],
  [429, '99999999'],
  [503, '99999999'],
])(
  'a wait counts no poll at its deadline if that is not sent after a %i whose Retry-After is %j',
  async (status, header) => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const { client, times } = play(refusal(status, header));
    const failedPolls: unknown[] = [];
    const wait = failureOf<WaitTimeoutError>(
      client({ maxRetries: 0 }).waitForCompletion(ID, {
        minInterval: 10,
        maxInterval: 10,
        maxWait: 200,
        onPollError: ({ polls, nextPollIn }) => void failedPolls.push([polls, nextPollIn]),
      }),
    );
    await vi.runAllTimersAsync();
    const error = await wait;
    expect(failedPolls).toEqual([[1, null]]);
    expect(error).toMatchObject({ elapsed: 200, polls: 1, failedPolls: 1, cause: { status } });
    expect(error.message).toContain(`the service answered ${status}`);
    expect(times).toHaveLength(1);
  },
);

it('a wait ends at its deadline with the rate limit of another call if its own last poll failed otherwise', async () => {
  let respond = (_: Response) => {};
  const { client, times } = play(
    () => new Promise<Response>((resolve) => (respond = resolve)),
    refusal(429, String(DAY)),
  );
  const service = client({ maxRetries: 0 });
  const wait = failureOf(service.waitForCompletion(ID, { maxWait: 100_000 }));
  await vi.advanceTimersByTimeAsync(1_000);
  await failureOf(service.getResult('other'));
  respond(new Response(null, { status: 500 }));
  await vi.runAllTimersAsync();
  expect(await wait).toMatchObject({
    name: 'WaitTimeoutError',
    elapsed: 100_000,
    cause: { name: 'RateLimitError', taskId: ID, cause: { taskId: 'other' } },
  });
  expect(times).toEqual([0, 1_000]);
});

it('a wait pauses between two polls as long as the service asks, if its retries are used up', async () => {
  const { client, times } = play(refusal(429, '50'), completed);
  const onPollError = vi.fn();
  const wait = client({ maxRetries: 0, polling: { jitter: false } }).waitForCompletion(ID, { onPollError });
  await vi.runAllTimersAsync();
  await wait;
  expect(times).toEqual([0, 50_000]);
  expect(onPollError).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ error: expect.any(RateLimitError), failures: 1, nextPollIn: 50_000 }),
  );
});

it('a wait keeps to its own pause if that is longer than Retry-After', async () => {
  const { client, times } = play(refusal(429, '10'), completed);
  const wait = client({ maxRetries: 0, polling: { jitter: false } }).waitForCompletion(ID);
  await vi.runAllTimersAsync();
  await wait;
  expect(times).toEqual([0, 30_000]);
});

it('a wait that is aborted during a rate-limit pause stops at once, and leaves no timer', async () => {
  const { client, times } = play(refusal(429, '600'));
  const stop = new AbortController();
  const wait = failureOf(client().waitForCompletion(ID, { signal: stop.signal }));
  await vi.advanceTimersByTimeAsync(300_000);
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  stop.abort('enough');
  expect(await wait).toBe('enough');
  expect(vi.getTimerCount()).toBe(0);
  expect(times).toEqual([0]);
});

/** Not a client of this package: it has no pause of its own. */
function source(retryAfter: number | null) {
  const start = performance.now();
  const times: number[] = [];
  const details = { taskId: ID, isTransient: true, status: 429, code: null, body: null, requestId: null };
  const getResult = async () => {
    times.push(performance.now() - start);
    if (times.length === 1) throw new RateLimitError('slow down', { ...details, retryAfter });
    return parseVideo(completed);
  };
  return { getResult, times };
}

it.each([
  [50_000, 50_000],
  [10_000, 30_000],
  [null, 30_000],
])(
  'a wait for a custom source polls again after a Retry-After of %j ms after %d ms',
  async (retryAfter, expected) => {
    const { getResult, times } = source(retryAfter);
    const wait = waitForCompletion({ getResult }, ID, { jitter: false });
    await vi.runAllTimersAsync();
    await wait;
    expect(times).toEqual([0, expected]);
  },
);

it('a wait for a custom source with a Retry-After beyond its deadline ends there, without another poll', async () => {
  const { getResult, times } = source(100_001);
  const wait = failureOf(waitForCompletion({ getResult }, ID, { maxWait: 100_000 }));
  await vi.runAllTimersAsync();
  expect(await wait).toMatchObject({ name: 'WaitTimeoutError', elapsed: 100_000, cause: { status: 429 } });
  expect(times).toEqual([0]);
});
