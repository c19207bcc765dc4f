import { VideosClient, WaitTimeoutError, waitForCompletion } from 'videos-client';
import { buildVideo } from 'videos-client/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { hang, play, type Step } from './helpers/fetch-service.ts';
import { completed, ID, processing } from './helpers/task.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** What a timer holds: 2^31 - 1 ms, some 25 days. Beyond it, one fires at once. */
const MAX_DELAY = 2 ** 31 - 1;

/** The machine sleeps: no timer fires meanwhile, and those that are due do when it wakes. */
async function machineSleeps(ms: number): Promise<void> {
  const { performance } = globalThis;
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + ms);
  await vi.advanceTimersToNextTimerAsync();
}

it('a wait may last longer than a timer holds', async () => {
  const { client, times } = play(...Array(41).fill(processing), completed);
  const wait = client().waitForCompletion(ID, {
    minInterval: DAY,
    maxInterval: DAY,
    maxWait: MAX_DELAY * 2,
  });
  await vi.runAllTimersAsync();
  await expect(wait).resolves.toMatchObject({ status: 'completed' });
  expect(times).toEqual(Array.from({ length: 42 }, (_, day) => day * DAY));
});

it.each([MAX_DELAY - 1, MAX_DELAY, MAX_DELAY + 1, 2 * MAX_DELAY, 2 * MAX_DELAY + 1, 1e12])(
  'a wait pauses for %d ms without a poll in between',
  async (interval) => {
    const { client, times } = play(processing, completed);
    const wait = client().waitForCompletion(ID, {
      minInterval: interval,
      maxInterval: interval,
      maxWait: Number.POSITIVE_INFINITY,
    });
    await vi.runAllTimersAsync();
    await wait;
    expect(times).toEqual([0, interval]);
  },
);

it('a wait without a limit continues, and sets one timer at a time', async () => {
  const { client, times } = play(processing);
  const stop = new AbortController();
  const wait = failureOf(
    client().waitForCompletion(ID, {
      minInterval: HOUR,
      maxInterval: HOUR,
      maxWait: Number.POSITIVE_INFINITY,
      signal: stop.signal,
    }),
  );
  for (let day = 1; day <= 10; day++) {
    await vi.advanceTimersByTimeAsync(DAY);
    expect(vi.getTimerCount()).toBe(1);
  }
  expect(times).toHaveLength(1 + 10 * 24);
  stop.abort('enough');
  expect(await wait).toBe('enough');
  expect(vi.getTimerCount()).toBe(0);
});

it('a wait with a deadline beyond what a timer holds stops at once, in the middle of its pause', async () => {
  const { client } = play(processing);
  const stop = new AbortController();
  const wait = failureOf(
    client().waitForCompletion(ID, {
      minInterval: MAX_DELAY * 3,
      maxWait: Number.POSITIVE_INFINITY,
      signal: stop.signal,
    }),
  );
  await vi.advanceTimersByTimeAsync(MAX_DELAY + DAY);
  stop.abort('enough');
  expect(await wait).toBe('enough');
  expect(vi.getTimerCount()).toBe(0);
});

const options = { jitter: false, maxWait: 10 * 60_000 };

it('a machine that slept for an hour during a pause polls once more before the wait ends, and returns the result', async () => {
  const { client, requests } = play(processing, completed);
  const wait = client().waitForCompletion(ID, options);
  await vi.advanceTimersByTimeAsync(1_000);
  await machineSleeps(HOUR);
  await expect(wait).resolves.toMatchObject({ status: 'completed' });
  expect(requests).toHaveLength(2);
});

it('a machine that slept for an hour during a pause polls only once if the task has not ended', async () => {
  const { client, requests } = play(processing);
  const wait = failureOf(client().waitForCompletion(ID, options));
  await vi.advanceTimersByTimeAsync(1_000);
  await machineSleeps(HOUR);
  await vi.runAllTimersAsync();
  const error = (await wait) as WaitTimeoutError;
  expect(error).toBeInstanceOf(WaitTimeoutError);
  expect(error.elapsed).toBeGreaterThanOrEqual(HOUR);
  expect(requests).toHaveLength(2);
});

it('a machine that slept for an hour within maxWait continues', async () => {
  const { client, requests } = play(processing, processing, completed);
  const wait = client().waitForCompletion(ID, { jitter: false, maxWait: 2 * HOUR });
  await vi.advanceTimersByTimeAsync(1_000);
  await machineSleeps(HOUR);
  await vi.runAllTimersAsync();
  await expect(wait).resolves.toMatchObject({ status: 'completed' });
  expect(requests).toHaveLength(3);
});

it('a machine that slept for an hour during a request, which is lost, polls once more before the wait ends', async () => {
  const { client, requests } = play(processing, hang, completed);
  const wait = client().waitForCompletion(ID, options);
  await vi.advanceTimersByTimeAsync(31_000);
  expect(requests).toHaveLength(2);
  await machineSleeps(HOUR);
  await vi.runAllTimersAsync();
  await expect(wait).resolves.toMatchObject({ status: 'completed' });
  expect(requests).toHaveLength(3);
});

it.each<[string, () => Response]>([
  [
    'ended in a reset',
    () => {
      throw new TypeError('fetch failed');
    },
  ],
  ['ended in a 502', () => new Response(null, { status: 502 })],
  ['was answered before', () => Response.json(processing)],
])(
  'a machine that slept for an hour during a request that %s polls once more before the wait ends',
  async (_, end) => {
    let wakeUp = () => {};
    const asleep = new Promise<void>((resolve) => {
      wakeUp = resolve;
    });
    const { client, requests } = play(processing, () => asleep.then(end), completed);
    const wait = client({ maxRetries: 0 }).waitForCompletion(ID, options);
    await vi.advanceTimersByTimeAsync(31_000);
    expect(requests).toHaveLength(2);
    // The socket's news come before the timer's.
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + HOUR);
    wakeUp();
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(wait).resolves.toMatchObject({ status: 'completed' });
    expect(requests).toHaveLength(3);
    vi.mocked(performance.now).mockRestore();
  },
);

it('a machine that slept for an hour during a request polls only once more, even if that poll is lost too', async () => {
  const { client, requests } = play(hang);
  const wait = failureOf(client().waitForCompletion(ID, options));
  await vi.advanceTimersByTimeAsync(1_000);
  await machineSleeps(HOUR);
  await vi.runAllTimersAsync();
  expect(await wait).toMatchObject({ name: 'WaitTimeoutError', cause: { name: 'RequestTimeoutError' } });
  expect(requests).toHaveLength(2);
});

it('a machine that slept for an hour during the last poll of a wait makes another', async () => {
  const { client, requests } = play(processing, hang, completed);
  const wait = client().waitForCompletion(ID, { maxWait: 20_000 });
  await vi.advanceTimersByTimeAsync(21_000);
  expect(requests).toHaveLength(2);
  await machineSleeps(HOUR);
  await vi.runAllTimersAsync();
  await expect(wait).resolves.toMatchObject({ status: 'completed' });
});

it('a machine that slept for an hour and was awake during the last poll makes no other, however late its failure', async () => {
  const { client, requests } = play(processing, hang);
  const wait = failureOf(client().waitForCompletion(ID, { maxWait: 20_000 }));
  await vi.runAllTimersAsync();
  expect(await wait).toMatchObject({ name: 'WaitTimeoutError', elapsed: 50_000 });
  expect(requests).toHaveLength(2);
});

it('a machine that slept for an hour during a rate-limit pause polls once more', async () => {
  const limited: Step = () => new Response(null, { status: 429, headers: { 'retry-after': '300' } });
  const { client, requests } = play(limited, completed);
  const wait = client().waitForCompletion(ID, options);
  await vi.advanceTimersByTimeAsync(1_000);
  await machineSleeps(HOUR);
  await expect(wait).resolves.toMatchObject({ status: 'completed' });
  expect(requests).toHaveLength(2);
});

it('a machine that slept for an hour during the pause before a retry makes that retry', async () => {
  const { client, requests } = play(() => new Response(null, { status: 503 }), completed);
  const wait = client().waitForCompletion(ID, options);
  await vi.advanceTimersByTimeAsync(10);
  await machineSleeps(HOUR);
  await expect(wait).resolves.toMatchObject({ status: 'completed' });
  expect(requests).toHaveLength(2);
});

it('a machine that slept for an hour during a single call fails its attempt, and makes another', async () => {
  const { client, requests } = play(hang, completed);
  const call = client().getResult(ID);
  await vi.advanceTimersByTimeAsync(1_000);
  await machineSleeps(HOUR);
  await vi.runAllTimersAsync();
  await expect(call).resolves.toMatchObject({ status: 'completed' });
  expect(requests).toHaveLength(2);
});

it('a time limit as long as a timer allows does not fire at once', async () => {
  const { fetch } = play(hang);
  const client = new VideosClient({ apiKey: 'key', fetch, timeout: MAX_DELAY, maxRetries: 0 });
  const call = failureOf(client.getResult(ID));
  await vi.advanceTimersByTimeAsync(MAX_DELAY - 1);
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(await call).toMatchObject({ name: 'RequestTimeoutError', timeout: MAX_DELAY });
});

it.each([500, 0])('a source that is slower than its timeout of %d ms outlasts no wait', async (timeout) => {
  let polls = 0;
  const getResult = async () => {
    polls++;
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    return buildVideo({ status: 'processing' });
  };
  const wait = failureOf(waitForCompletion({ timeout, getResult }, ID, { maxWait: 2_000 }));
  await vi.runAllTimersAsync();
  // Each could have been lost to the machine's sleep: one more, and no third.
  expect(await wait).toMatchObject({ name: 'WaitTimeoutError', elapsed: 10_000 });
  expect(polls).toBe(2);
});
