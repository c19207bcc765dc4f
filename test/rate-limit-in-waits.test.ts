import { parseVideo, RateLimitError, WaitTimeoutError, waitForCompletion } from 'videos-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { play, type Step } from './helpers/fetch-service.ts';
import { completed, ID, processing } from './helpers/task.ts';

// The shortest pauses before a retry: 0.25 s, 0.5 s, 1 s.
beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => void vi.useRealTimers());

const DAY = 86_400;
const refusal =
  (status: number, retryAfter?: string): Step =>
  () =>
    Response.json(
      { message: 'slow down' },
      { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } },
    );

describe('a wait', () => {
  it('sits out any pause that it has time for', async () => {
    const { client, times } = play(refusal(429, String(DAY)), completed);
    const wait = client().waitForCompletion(ID, { maxWait: Number.POSITIVE_INFINITY });
    await vi.runAllTimersAsync();
    await expect(wait).resolves.toMatchObject({ status: 'completed' });
    expect(times).toEqual([0, DAY * 1000]);
  });

  it('pauses for a day at most, even where the service asks for more', async () => {
    const { client, times } = play(refusal(429, String(20 * DAY)), completed);
    const wait = client().waitForCompletion(ID, { maxWait: Number.POSITIVE_INFINITY });
    await vi.runAllTimersAsync();
    await wait;
    expect(times).toEqual([0, DAY * 1000]);
  });

  it('sits out a pause that ends exactly at its deadline, and polls then', async () => {
    const { client, times } = play(refusal(429, '100'), completed);
    const wait = client().waitForCompletion(ID, { maxWait: 100_000 });
    await vi.runAllTimersAsync();
    await wait;
    expect(times).toEqual([0, 100_000]);
  });

  it.each([
    [429, 'RateLimitError', '101'],
    [429, 'RateLimitError', String(DAY)],
    [503, 'ApiError', String(DAY)],
  ])(
    'ends at its deadline where a %i (%s) asks for longer (%s), without another poll',
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

  it('ends at its deadline where another call of the client was asked to pause beyond it', async () => {
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

  it('makes no last poll where its last poll was a plain 429 whose pause reaches beyond the deadline', async () => {
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

  it('pauses between two polls as long as the service asks, where its retries are used up', async () => {
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

  it('keeps to its own pause where that is the longer one', async () => {
    const { client, times } = play(refusal(429, '10'), completed);
    const wait = client({ maxRetries: 0, polling: { jitter: false } }).waitForCompletion(ID);
    await vi.runAllTimersAsync();
    await wait;
    expect(times).toEqual([0, 30_000]);
  });

  it('stops at once when it is aborted during the pause, and leaves no timer', async () => {
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
});

describe('a wait for a custom source', () => {
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
  ])('polls again after a Retry-After of %j ms after %d ms', async (retryAfter, expected) => {
    const { getResult, times } = source(retryAfter);
    const wait = waitForCompletion({ getResult }, ID, { jitter: false });
    await vi.runAllTimersAsync();
    await wait;
    expect(times).toEqual([0, expected]);
  });

  it('asked for a pause beyond its deadline ends there, without another poll', async () => {
    const { getResult, times } = source(100_001);
    const wait = failureOf(waitForCompletion({ getResult }, ID, { maxWait: 100_000 }));
    await vi.runAllTimersAsync();
    expect(await wait).toMatchObject({ name: 'WaitTimeoutError', elapsed: 100_000, cause: { status: 429 } });
    expect(times).toEqual([0]);
  });
});
