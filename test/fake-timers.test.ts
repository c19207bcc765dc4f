import { mock } from 'node:test';
import { type GetResultOptions, VideosClient, waitForCompletion } from 'videos-client';
import { buildVideo } from 'videos-client/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { ID } from './helpers/task.ts';

/** Lets what has been resolved run, without any timer. */
const settle = async () => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** As long, and what the real clock adds meanwhile. */
const about = (ms: number) => expect.toSatisfy((elapsed: number) => elapsed >= ms && elapsed < ms + 5_000);

/** Fake timers that leave `performance.now` alone, as test frameworks have them. */
const FRAMEWORKS: [string, { enable: () => void; tick: (ms: number) => void; disable: () => void }][] = [
  [
    'node:test',
    {
      enable: () => mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'] }),
      tick: (ms) => mock.timers.tick(ms),
      disable: () => mock.timers.reset(),
    },
  ],
  [
    'vitest 2 by default',
    {
      enable: () =>
        void vi.useFakeTimers({
          toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
        }),
      tick: (ms) => void vi.advanceTimersByTime(ms),
      disable: () => void vi.useRealTimers(),
    },
  ],
  [
    'a toFake list of setTimeout alone',
    {
      enable: () => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }),
      tick: (ms) => void vi.advanceTimersByTime(ms),
      disable: () => void vi.useRealTimers(),
    },
  ],
];

describe.each(FRAMEWORKS)('with the fake timers of %s', (_, timers) => {
  afterEach(() => timers.disable());

  /** Lets fake time pass in steps, and what follows from each run. */
  async function pass(ms: number, step = 5_000): Promise<void> {
    for (let time = 0; time < ms; time += step) {
      timers.tick(step);
      await settle();
    }
  }

  it('a wait polls on schedule, and ends after maxWait', async () => {
    timers.enable();
    const attempts: (number | undefined)[] = [];
    const getResult = async (_: string, options?: GetResultOptions) => {
      attempts.push(options?.maxRetries);
      return buildVideo({ status: 'processing' });
    };
    const wait = failureOf(waitForCompletion({ getResult }, ID, { maxWait: 200_000, jitter: false }));
    await settle();
    await pass(195_000);
    expect(attempts).toEqual([undefined, undefined, undefined, undefined, undefined]);
    await pass(5_000);
    expect(await wait).toMatchObject({ name: 'WaitTimeoutError', polls: 6, elapsed: about(200_000) });
    expect(attempts.at(-1)).toBe(0);
  });

  it('a wait of a client ends after maxWait', async () => {
    const fetch = async () => Response.json({ id: ID, status: 'processing' });
    const client = new VideosClient({ apiKey: 'test-key', fetch });
    timers.enable();
    const wait = failureOf(client.waitForCompletion(ID, { maxWait: 60_000, jitter: false }));
    await settle();
    await pass(60_000);
    expect(await wait).toMatchObject({ name: 'WaitTimeoutError', polls: 3, elapsed: about(60_000) });
  });

  it('waitForAll polls again and again, and ends each task after maxWait', async () => {
    const polls = new Map<string, number>();
    const fetch = async (input: unknown) => {
      const id = String(input).split('/').at(-1) ?? '';
      polls.set(id, (polls.get(id) ?? 0) + 1);
      return Response.json({ id, status: 'processing' });
    };
    const client = new VideosClient({ apiKey: 'test-key', fetch, maxConcurrency: 2 });
    timers.enable();
    const reasons: unknown[] = [];
    const all = (async () => {
      const options = { maxWait: 120_000, jitter: false, factor: 1 };
      for await (const outcome of client.waitForAll(['a', 'b', 'c'], options)) {
        reasons.push((outcome as { reason: unknown }).reason);
      }
    })();
    await settle();
    await pass(160_000);
    await all;
    expect(reasons).toHaveLength(3);
    for (const reason of reasons)
      expect(reason).toMatchObject({ name: 'WaitTimeoutError', polls: 5, elapsed: about(120_000) });
    expect(Object.fromEntries(polls)).toEqual({ a: 5, b: 5, c: 5 });
  });

  it('tasks that wait for their turn start by their deadline', async () => {
    let polls = 0;
    const fetch = () => {
      polls++;
      return new Promise<Response>(() => {});
    };
    const client = new VideosClient({
      apiKey: 'test-key',
      fetch,
      maxConcurrency: 1,
      timeout: 30_000,
      maxRetries: 0,
    });
    timers.enable();
    const reasons: unknown[] = [];
    const all = (async () => {
      const options = { minInterval: 1_000, maxWait: 5_000 };
      for await (const outcome of client.waitForAll(['a', 'b', 'c', 'd', 'e'], options)) {
        reasons.push((outcome as { reason: unknown }).reason);
      }
    })();
    await settle();
    // All start by 6 s; those that had to wait for others until then end one time limit later at the latest.
    await pass(40_000, 100);
    expect(reasons).toHaveLength(5);
    for (const reason of reasons) expect(reason).toMatchObject({ name: 'WaitTimeoutError' });
    expect(polls).toBeGreaterThan(0);
    await all;
  });
});

it('a wait whose clock is set back, as when fake timers end, ends after the rest of maxWait', async () => {
  vi.useFakeTimers();
  await vi.advanceTimersByTimeAsync(3_600_000);
  const getResult = async () => buildVideo({ status: 'processing' });
  const wait = failureOf(
    waitForCompletion({ getResult }, ID, { maxWait: 60, minInterval: 20, maxInterval: 20 }),
  );
  await vi.advanceTimersByTimeAsync(25);
  const reading = performance.now();
  vi.spyOn(performance, 'now').mockImplementation(() => reading - 3_600_000 + Date.now() - start);
  const start = Date.now();
  await vi.advanceTimersByTimeAsync(100);
  vi.mocked(performance.now).mockRestore();
  vi.useRealTimers();
  const error = (await wait) as { elapsed: number };
  expect(error).toMatchObject({ name: 'WaitTimeoutError' });
  expect(error.elapsed).toBeGreaterThanOrEqual(60);
  expect(error.elapsed).toBeLessThan(200);
});
