import {
  type PollError,
  type Video,
  type WaitOptions,
  type WaitProgress,
  waitForCompletion,
} from 'videos-client';
import { buildVideo } from 'videos-client/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { completesAfter, play, playTasks, type Step } from './helpers/fetch-service.ts';
import { completed, failed, ID, processing, queued } from './helpers/task.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const down: Step = () => new Response(null, { status: 503 });
const limited =
  (seconds: number): Step =>
  () =>
    new Response(null, { status: 429, headers: { 'retry-after': String(seconds) } });

/** Records what both callbacks receive. */
function recorder() {
  const seen: unknown[] = [];
  const onUpdate = ({ status }: Video, progress: WaitProgress) => void seen.push({ status, ...progress });
  const onPollError = ({ error, ...rest }: PollError) => void seen.push({ error: error.name, ...rest });
  return { seen, onUpdate, onPollError };
}

/** Waits with one request for each poll, and returns what the callbacks received, and when the polls came. */
async function progressOf(steps: Step[], options: WaitOptions = {}) {
  const { client, times } = play(...steps);
  const { seen, ...callbacks } = recorder();
  const wait = client({ maxRetries: 0 })
    .waitForCompletion(ID, { jitter: false, ...callbacks, ...options })
    .catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  return { seen, times, end: await wait };
}

it('onUpdate and onPollError receive how far the wait has come, and when the next poll is due', async () => {
  const { seen, times } = await progressOf([queued, down, down, processing, completed], { maxWait: 300_000 });
  expect(seen).toEqual([
    { status: 'queued', id: ID, polls: 1, elapsed: 0, nextPollIn: 30_000, deadlineIn: 300_000 },
    {
      error: 'ApiError',
      failures: 1,
      id: ID,
      polls: 2,
      elapsed: 30_000,
      nextPollIn: 45_000,
      deadlineIn: 270_000,
    },
    {
      error: 'ApiError',
      failures: 2,
      id: ID,
      polls: 3,
      elapsed: 75_000,
      nextPollIn: 60_000,
      deadlineIn: 225_000,
    },
    { status: 'processing', id: ID, polls: 4, elapsed: 135_000, nextPollIn: 60_000, deadlineIn: 165_000 },
    { status: 'completed', id: ID, polls: 5, elapsed: 195_000, nextPollIn: null, deadlineIn: 105_000 },
  ]);
  expect(times).toEqual([0, 30_000, 75_000, 135_000, 195_000]);
});

it('elapsed does not fall behind if each poll takes less than a millisecond', async () => {
  const getResult = async () => {
    vi.advanceTimersByTime(0.4);
    return buildVideo({ status: elapsed.length < 9 ? 'processing' : 'completed' });
  };
  const elapsed: number[] = [];
  const wait = waitForCompletion({ getResult }, ID, {
    minInterval: 10,
    maxInterval: 10,
    jitter: false,
    onUpdate: (_, progress) => void elapsed.push(progress.elapsed),
  });
  await vi.runAllTimersAsync();
  await wait;
  expect(elapsed).toEqual([0, 11, 21, 32, 42, 52, 63, 73, 84, 94]);
});

it('nextPollIn is exact with jitter, too', async () => {
  const { seen, times } = await progressOf([processing, processing, processing, processing, completed], {
    jitter: true,
  });
  const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  expect(seen.map((progress) => (progress as WaitProgress).nextPollIn)).toEqual([...pauses, null]);
  expect(new Set(pauses).size).toBeGreaterThan(1);
});

it('nextPollIn ends at the deadline, and is null after the poll that is made there', async () => {
  const { seen, times } = await progressOf([processing], { maxWait: 40_000 });
  expect(seen).toMatchObject([
    { elapsed: 0, nextPollIn: 30_000, deadlineIn: 40_000 },
    { elapsed: 30_000, nextPollIn: 10_000, deadlineIn: 10_000 },
    { elapsed: 40_000, nextPollIn: null, deadlineIn: 0 },
  ]);
  expect(times).toEqual([0, 30_000, 40_000]);
});

it('deadlineIn is Infinity if there is no limit', async () => {
  const { seen } = await progressOf([processing, completed], { maxWait: Infinity });
  expect(seen).toMatchObject([{ deadlineIn: Infinity }, { deadlineIn: Infinity }]);
});

it('deadlineIn is never below 0, also after a poll that outlasts the deadline', async () => {
  const slow: Step = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    return Response.json(processing);
  };
  const { seen } = await progressOf([slow], { maxWait: 10_000 });
  expect(seen).toMatchObject([{ elapsed: 20_000, nextPollIn: null, deadlineIn: 0 }]);
});

it('nextPollIn includes the Retry-After of the poll that failed', async () => {
  const { seen, times } = await progressOf([processing, limited(100), completed]);
  expect(seen).toMatchObject([{ nextPollIn: 30_000 }, { error: 'RateLimitError', nextPollIn: 100_000 }, {}]);
  expect(times).toEqual([0, 30_000, 130_000]);
});

it('nextPollIn includes a pause that the response to another call of the client began', async () => {
  let isLimited = false;
  const { client, times } = play((request) => {
    if (isLimited && request.url.endsWith('other'))
      return new Response(null, { status: 429, headers: { 'retry-after': '50' } });
    return Response.json(times.length < 4 ? processing : completed);
  });
  const shared = client({ maxRetries: 0 });
  const { seen, onUpdate } = recorder();
  const slowUpdate = async (video: Video, progress: WaitProgress) => onUpdate(video, progress);
  const wait = shared.waitForCompletion(ID, {
    jitter: false,
    minInterval: 10_000,
    maxInterval: 10_000,
    onUpdate: slowUpdate,
  });
  await vi.advanceTimersByTimeAsync(9_999);
  isLimited = true;
  const other = failureOf(shared.getResult('other'));
  await vi.advanceTimersByTimeAsync(1);
  await other;
  await vi.runAllTimersAsync();
  await wait;
  // The pause was not known when the first callback ran; the poll waited for it.
  expect(seen).toMatchObject([
    { nextPollIn: 10_000 },
    { elapsed: 59_999, nextPollIn: 10_000 },
    { nextPollIn: null },
  ]);
  expect(times).toEqual([0, 9_999, 59_999, 69_999]);
});

it('nextPollIn includes a pause of the client that began while the poll was under way', async () => {
  let release = (_: Response) => {};
  const { client, times } = play(
    () => new Promise<Response>((resolve) => (release = resolve)),
    limited(50),
    completed,
  );
  const shared = client({ maxRetries: 0 });
  const { seen, ...callbacks } = recorder();
  const wait = shared.waitForCompletion(ID, {
    jitter: false,
    minInterval: 10_000,
    maxInterval: 10_000,
    ...callbacks,
  });
  await vi.advanceTimersByTimeAsync(1_000);
  await failureOf(shared.getResult('other'));
  release(Response.json(processing));
  await vi.runAllTimersAsync();
  await wait;
  expect(seen).toMatchObject([
    { elapsed: 1_000, nextPollIn: 50_000 },
    { status: 'completed', elapsed: 51_000 },
  ]);
  expect(times).toEqual([0, 1_000, 51_000]);
});

it('nextPollIn is null if Retry-After lasts beyond the deadline, at which no poll is made', async () => {
  const { seen, times, end } = await progressOf([processing, limited(3_600)], { maxWait: 120_000 });
  expect(seen).toMatchObject([
    { nextPollIn: 30_000 },
    { error: 'RateLimitError', nextPollIn: null, deadlineIn: 90_000 },
  ]);
  expect(times).toEqual([0, 30_000]);
  expect(end).toMatchObject({
    name: 'WaitTimeoutError',
    elapsed: 120_000,
    polls: 2,
    failedPolls: 1,
    cause: { name: 'RateLimitError' },
  });
});

it.each([
  ['is followed by the next poll at once if it takes longer than the pause', 45_000, [0, 45_000]],
  ['does not move the next poll if it takes less than the pause', 20_000, [0, 30_000]],
])('a slow callback %s', async (_, ms, expected) => {
  const onUpdate = (_: Video, { nextPollIn }: WaitProgress) =>
    nextPollIn === null ? undefined : new Promise<void>((resolve) => void setTimeout(resolve, ms));
  const { times } = await progressOf([processing, completed], { onUpdate });
  expect(times).toEqual(expected);
});

it('onPollError is called for the failure that ends the wait, with a nextPollIn of null', async () => {
  const refused: Step = () => Response.json({ message: 'no' }, { status: 401 });
  expect((await progressOf([refused])).seen).toEqual([
    {
      error: 'AuthenticationError',
      failures: 1,
      id: ID,
      polls: 1,
      elapsed: 0,
      nextPollIn: null,
      deadlineIn: 1_800_000,
    },
  ]);
  expect((await progressOf([down], { maxFailures: 2 })).seen).toMatchObject([
    { failures: 1, nextPollIn: 30_000 },
    { failures: 2, nextPollIn: null },
  ]);
});

it('onUpdate is called with a failed task, with a nextPollIn of null', async () => {
  expect((await progressOf([failed])).seen).toMatchObject([{ status: 'failed', polls: 1, nextPollIn: null }]);
});

it('watch calls onUpdate before it yields, with the same progress', async () => {
  const { client } = play(queued, completed);
  const log: string[] = [];
  const options: WaitOptions = {
    jitter: false,
    onUpdate: ({ status }, { nextPollIn }) => void log.push(`${status}, next in ${nextPollIn}`),
  };
  const watching = (async () => {
    for await (const { status } of client().watch(ID, options)) log.push(`yielded ${status}`);
  })();
  await vi.runAllTimersAsync();
  await watching;
  expect(log).toEqual([
    'queued, next in 30000',
    'yielded queued',
    'completed, next in null',
    'yielded completed',
  ]);
});

it('id is the id that the wait was called with, even if the service returns another', async () => {
  const { seen } = await progressOf([{ ...completed, id: 'rewritten' }]);
  expect(seen).toMatchObject([{ id: ID }]);
});

it('progress is in whole milliseconds for any interval and any clock', async () => {
  let polls = 0;
  const getResult = async () => {
    await new Promise((resolve) => setTimeout(resolve, 3));
    return buildVideo({ status: ++polls < 4 ? 'processing' : 'completed' });
  };
  const { seen, ...callbacks } = recorder();
  const options = { minInterval: 10.4, maxInterval: 1_000, factor: 1.7, maxWait: 9_999.5, ...callbacks };
  const wait = waitForCompletion({ getResult }, ID, options);
  await vi.runAllTimersAsync();
  await wait;
  expect(seen).toHaveLength(4);
  for (const progress of seen as WaitProgress[]) {
    for (const ms of [progress.elapsed, progress.nextPollIn ?? 0, progress.deadlineIn])
      expect(ms % 1).toBe(0);
  }
});

it('elapsed counts from when the first poll of a task was due, in waitForAll', async () => {
  const { client, timesOf } = playTasks(() => completesAfter(Infinity), { latency: 100 });
  const first = new Map<string, number>();
  const onUpdate = (_: Video, { id, polls, elapsed }: WaitProgress) =>
    void (polls === 1 && first.set(id, elapsed));
  const tasks = Array.from({ length: 10 }, (_, index) => `task-${index}`);
  const outcomes = client({ maxConcurrency: 1 }).waitForAll(tasks, { minInterval: 200, onUpdate });
  void outcomes.next();
  await vi.advanceTimersByTimeAsync(1_500);
  await outcomes.return();
  // All were due within 200 ms, and were polled one by one, 100 ms each.
  expect(first.size).toBe(10);
  for (const [id, elapsed] of first) {
    const answered = (timesOf(id)[0] ?? 0) + 100;
    expect(answered - elapsed).toBeGreaterThanOrEqual(0);
    expect(answered - elapsed).toBeLessThanOrEqual(200);
  }
});
