import fc from 'fast-check';
import {
  type CompletedVideo,
  type GetResultOptions,
  type Video,
  WaitTimeoutError,
  waitForCompletion,
} from 'videos-client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { hang, play, type Step } from './helpers/fetch-service.ts';
import { completed, failed, ID, processing } from './helpers/task.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const timeoutOf = failureOf as (wait: Promise<unknown>) => Promise<WaitTimeoutError>;
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Answers after so many milliseconds. */
const late =
  (ms: number, reply: object): Step =>
  async () => {
    await pause(ms);
    return Response.json(reply);
  };

it('the last poll is made at the deadline itself if the next pause would end after it', async () => {
  const { client, times } = play(processing);
  const wait = timeoutOf(client().waitForCompletion(ID, { jitter: false, maxWait: 100_000 }));
  await vi.runAllTimersAsync();
  expect(times).toEqual([0, 30_000, 75_000, 100_000]);
  expect((await wait).elapsed).toBe(100_000);
});

it('the last poll returns a task that completes just before the deadline', async () => {
  const start = performance.now();
  const { client } = play(() => Response.json(performance.now() - start < 99_999 ? processing : completed));
  const wait = client().waitForCompletion(ID, { maxWait: 100_000 });
  await vi.runAllTimersAsync();
  expect(await wait).toEqual(completed);
  expect(performance.now() - start).toBe(100_000);
});

it('the last poll reports a task that fails just before the deadline', async () => {
  const { client } = play(processing, failed);
  const wait = failureOf(client().waitForCompletion(ID, { maxWait: 10_000 }));
  await vi.runAllTimersAsync();
  expect(await wait).toMatchObject({ name: 'VideoFailedError' });
});

it('the last poll is made once if a pause ends exactly at the deadline', async () => {
  const { client, times } = play(processing);
  const wait = timeoutOf(client().waitForCompletion(ID, { jitter: false, maxWait: 75_000 }));
  await vi.runAllTimersAsync();
  expect(times).toEqual([0, 30_000, 75_000]);
  expect((await wait).elapsed).toBe(75_000);
});

it('the last poll is a single attempt', async () => {
  const { client, times } = play(processing, () => new Response(null, { status: 503 }));
  const wait = timeoutOf(client().waitForCompletion(ID, { maxWait: 20_000 }));
  await vi.runAllTimersAsync();
  expect(await wait).toBeInstanceOf(WaitTimeoutError);
  expect(times).toEqual([0, 20_000]);
});

it('the last poll is a single attempt also for a custom source', async () => {
  const attempts: unknown[] = [];
  const client = play(processing).client();
  const source = {
    getResult(id: string, options?: GetResultOptions) {
      attempts.push(options?.maxRetries);
      return client.getResult(id);
    },
  };
  const wait = timeoutOf(waitForCompletion(source, ID, { maxWait: 10_000 }));
  await vi.runAllTimersAsync();
  await wait;
  expect(attempts).toEqual([undefined, 0]);
  await timeoutOf(waitForCompletion(source, ID, { maxWait: 0 }));
  expect(attempts).toEqual([undefined, 0, 0]);
});

it('the last poll may be one that is in flight at the deadline: it finishes, and no other follows', async () => {
  const { client, times } = play(processing, late(20_000, processing));
  const wait = timeoutOf(client().waitForCompletion(ID, { jitter: false, maxWait: 40_000 }));
  await vi.runAllTimersAsync();
  expect(times).toEqual([0, 30_000]);
  expect((await wait).elapsed).toBe(50_000);
});

it('the last poll may be one that is in flight at the deadline, and that returns the video', async () => {
  const { client } = play(processing, late(20_000, completed));
  const wait = client().waitForCompletion(ID, { jitter: false, maxWait: 40_000 });
  await vi.runAllTimersAsync();
  expect(await wait).toEqual(completed);
});

it('a maxWait of 0 means one poll, and no pause', async () => {
  const { client, times } = play(processing);
  const error = await timeoutOf(client().waitForCompletion(ID, { maxWait: 0 }));
  expect(error).toMatchObject({
    name: 'WaitTimeoutError',
    elapsed: 0,
    lastVideo: { status: 'processing' },
  });
  expect(times).toEqual([0]);
  expect(vi.getTimerCount()).toBe(0);
});

it('a maxWait of 0 returns a task that has completed', async () => {
  expect(await play(completed).client().waitForCompletion(ID, { maxWait: 0 })).toEqual(completed);
});

it('a maxWait of 0 makes a single attempt', async () => {
  const { client, times } = play(() => new Response(null, { status: 500 }));
  const error = await timeoutOf(client().waitForCompletion(ID, { maxWait: 0 }));
  expect(error).toMatchObject({ name: 'WaitTimeoutError', lastVideo: null, cause: { status: 500 } });
  expect(times).toEqual([0]);
});

it('the longest that a wait lasts is half an hour by default', async () => {
  const { client } = play(processing);
  const wait = timeoutOf(client().waitForCompletion(ID));
  await vi.runAllTimersAsync();
  expect((await wait).elapsed).toBe(1_800_000);
});

it('the longest that a wait lasts is maxWait plus one timeout, even if the service never responds and the client is crowded', async () => {
  const numbers = {
    maxWait: fc.integer({ min: 0, max: 200_000 }),
    timeout: fc.integer({ min: 1, max: 60_000 }),
    minInterval: fc.integer({ min: 20_000, max: 60_000 }),
    maxRetries: fc.integer({ min: 0, max: 4 }),
    maxConcurrency: fc.integer({ min: 1, max: 3 }),
  };
  await fc.assert(
    fc.asyncProperty(fc.record(numbers), async ({ maxWait, minInterval, ...options }) => {
      const client = play(hang).client({ ...options, polling: { maxWait, minInterval } });
      const waits = [1, 2, 3, 4].map((n) => timeoutOf(client.waitForCompletion(`task-${n}`)));
      await vi.runAllTimersAsync();
      for (const { elapsed } of await Promise.all(waits)) {
        expect(elapsed).toBeLessThanOrEqual(maxWait + options.timeout);
      }
    }),
    { numRuns: 25 },
  );
}, 60_000);

it('the longest that a wait lasts has no limit with Infinity', async () => {
  const start = performance.now();
  const isDone = () => performance.now() - start > 30 * 24 * 3_600_000;
  const { client } = play(() => Response.json(isDone() ? completed : processing));
  const polling = { minInterval: 24 * 3_600_000, maxWait: Number.POSITIVE_INFINITY };
  const wait = client({ polling }).waitForCompletion(ID);
  await vi.runAllTimersAsync();
  expect(await wait).toEqual(completed);
  expect(vi.getTimerCount()).toBe(0);
});

it('the longest that a wait lasts may be longer than a timer holds, and so may a pause', async () => {
  const { client, times } = play(processing);
  const [interval, maxWait] = [2 ** 31 + 1_000, 2 ** 32 + 5_000];
  const wait = timeoutOf(client().waitForCompletion(ID, { minInterval: interval, jitter: false, maxWait }));
  await vi.runAllTimersAsync();
  expect(times).toEqual([0, interval, 2 * interval, maxWait]);
  expect((await wait).elapsed).toBe(maxWait);
});

it('WaitTimeoutError names the task, says what was seen, that it may still finish, not to submit it again, and how to resume', async () => {
  const wait = timeoutOf(
    play(processing).client().waitForCompletion(ID, { jitter: false, maxWait: 125_000 }),
  );
  await vi.runAllTimersAsync();
  expect((await wait).message).toBe(
    'Failed to wait for task video_1234567890 to end: it was still processing after 2 min 5 s (maxWait is 2 min 5 s). 4 polls were made (none failed). The task may still finish, and it has been paid for: do not submit it again. Resume with waitForCompletion("video_1234567890"), later or with a longer maxWait.',
  );
});

it('WaitTimeoutError carries the task, its last state, how long the wait took, and how many polls were made', async () => {
  const wait = timeoutOf(play(processing).client().waitForCompletion(ID, { maxWait: 1_000 }));
  await vi.runAllTimersAsync();
  const error = await wait;
  expect(error).toMatchObject({
    taskId: ID,
    elapsed: 1_000,
    polls: 2,
    failedPolls: 0,
    isTransient: true,
  });
  expect(error.lastVideo).toEqual({ ...processing, actualDuration: null });
  expect(error.cause).toBeUndefined();
});

it('WaitTimeoutError says so when nothing was seen of the task, and why', async () => {
  const { client } = play(() => new Response(null, { status: 500 }));
  const wait = timeoutOf(client().waitForCompletion(ID, { maxWait: 1_000 }));
  await vi.runAllTimersAsync();
  const error = await wait;
  expect(error.lastVideo).toBeNull();
  expect(error.cause).toMatchObject({ name: 'ApiError', status: 500 });
  expect(error.message).toMatch(
    /: its status is not known after 1 s \(maxWait is 1 s\)\. 2 polls were made \(2 failed\)\. Last error: Failed to get the result of task video_1234567890: .* The task may still finish/,
  );
});

it('WaitTimeoutError is followed by a new wait with the id that it carries', async () => {
  const { client } = play(processing, processing, completed);
  const wait = timeoutOf(client().waitForCompletion(ID, { maxWait: 1_000 }));
  await vi.runAllTimersAsync();
  const { taskId } = await wait;
  expect(await client().waitForCompletion(taskId ?? '')).toEqual(completed);
});

it('a slow consumer of watch gets one last poll, at once, when it comes back after the deadline', async () => {
  const { client, times } = play(processing);
  const seen: Video[] = [];
  const watching = timeoutOf(
    (async () => {
      for await (const video of client().watch(ID, { maxWait: 100_000 })) {
        seen.push(video);
        await pause(200_000);
      }
    })(),
  );
  await vi.runAllTimersAsync();
  expect(await watching).toBeInstanceOf(WaitTimeoutError);
  expect(times).toEqual([0, 200_000]);
  expect(seen).toHaveLength(2);
});

it('a slow consumer of onUpdate gets one last poll, too, and the video that it returns', async () => {
  const { client, times } = play(processing, completed);
  const wait: Promise<CompletedVideo> = client().waitForCompletion(ID, {
    maxWait: 100_000,
    onUpdate: () => pause(200_000),
  });
  await vi.runAllTimersAsync();
  expect(await wait).toEqual(completed);
  expect(times).toEqual([0, 200_000]);
});
