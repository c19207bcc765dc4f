import type { WaitOutcome } from 'videos-client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { completesAfter, failsAfter, playTasks } from './helpers/fetch-service.ts';
import { collect, exact, idsOf, names, never, seedRandom, settle } from './helpers/many.ts';

beforeEach(() => {
  vi.useFakeTimers();
  seedRandom();
});
afterEach(() => void vi.useRealTimers());

it('the outcomes of many tasks come in the order in which the tasks end', async () => {
  const ends: Record<string, number> = { a: 3_000, b: 0, c: 2_000, d: 1_000 };
  const { client } = playTasks((id) => completesAfter(ends[id] ?? 0));
  expect(idsOf(await settle(client(), ['a', 'b', 'c', 'd']))).toEqual(['b', 'd', 'c', 'a']);
});

it('an outcome of many is a completed video, or the reason why there is none; and no failure ends another wait', async () => {
  const { client } = playTasks((id) => {
    if (id === 'missing') return () => new Response('{"message":"no such task"}', { status: 404 });
    return id === 'failing' ? failsAfter(1_000) : completesAfter(2_000);
  });
  const outcomes = await settle(client(), ['missing', 'failing', 'good', 'also good']);
  expect(outcomes).toMatchObject([
    { id: 'missing', status: 'rejected', reason: { name: 'NotFoundError', taskId: 'missing' } },
    { id: 'failing', status: 'rejected', reason: { name: 'VideoFailedError', taskId: 'failing' } },
    { id: 'good', status: 'fulfilled', value: { id: 'good', status: 'completed' } },
    { id: 'also good', status: 'fulfilled', value: { id: 'also good', status: 'completed' } },
  ]);
});

it('waitForAll without ids has no outcomes', async () => {
  const { client } = playTasks(() => completesAfter(0));
  expect(await settle(client(), [])).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

it('a duplicate id has one outcome while it is waited for, and another once its outcome was yielded', async () => {
  const { client, timesOf } = playTasks(() => completesAfter(0));
  async function* ids() {
    yield* ['a', 'b', 'a'];
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    yield* ['a', 'c'];
  }
  expect(idsOf(await settle(client(), ids()))).toEqual(['a', 'b', 'a', 'c']);
  expect(timesOf('a')).toEqual([0, 60_000]);
});

it('the outcome of a wrong id among many is a TypeError, without a request', async () => {
  const { client, polls } = playTasks(() => completesAfter(0));
  const outcomes = await settle(client(), ['', null as never, '..', 'good']);
  expect(outcomes).toHaveLength(4);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([
    { id: '', reason: expect.any(TypeError) },
    { id: null, reason: expect.any(TypeError) },
    { id: '..', reason: expect.any(TypeError) },
  ]);
  expect(polls).toMatchObject([{ id: 'good' }]);
});

it('each of many tasks has a deadline of its own, counted from its first poll', async () => {
  const { client, timesOf } = playTasks(() => completesAfter(Number.POSITIVE_INFINITY));
  const late = client({ maxConcurrency: 1 }).waitForAll(['a', 'b'], { ...exact, maxWait: 2_500 });
  const outcomes = collect(late);
  await vi.runAllTimersAsync();
  const rejected = { status: 'rejected', reason: { name: 'WaitTimeoutError', elapsed: 2_500 } };
  expect(await outcomes).toMatchObject([
    { id: 'a', ...rejected },
    { id: 'b', ...rejected },
  ]);
  const [first = 0] = timesOf('b');
  expect(first).toBeGreaterThan(0);
  expect(timesOf('b').map((time) => time - first)).toEqual([0, 1_000, 2_000, 2_500]);
});

it('callbacks of waitForAll receive every poll of every task, as in a single wait', async () => {
  const onUpdate = vi.fn();
  const onPollError = vi.fn();
  const { client } = playTasks((id) =>
    id === 'shaky'
      ? (age) => (age < 500 ? new Response('', { status: 500 }) : completesAfter(0)(age, id))
      : completesAfter(1_000),
  );
  await settle(client({ maxRetries: 0 }), ['steady', 'shaky'], { ...exact, onUpdate, onPollError });
  expect(onUpdate.mock.calls.map(([{ id, status }]) => `${id} ${status}`)).toEqual([
    'steady processing',
    'steady completed',
    'shaky completed',
  ]);
  expect(onPollError).toHaveBeenCalledExactlyOnceWith({
    id: 'shaky',
    polls: 1,
    elapsed: 0,
    nextPollIn: 1_000,
    deadlineIn: 1_800_000,
    error: expect.objectContaining({ name: 'ApiError', taskId: 'shaky' }),
    failures: 1,
  });
});

it('an error of a callback ends only the wait that it was called for', async () => {
  const error = new Error('from the callback');
  const onUpdate = vi.fn(async ({ id }) => {
    if (id === 'a') throw error;
  });
  const { client } = playTasks(() => completesAfter(1_000));
  expect(await settle(client(), ['a', 'b'], { ...exact, onUpdate })).toMatchObject([
    { id: 'a', status: 'rejected', reason: error },
    { id: 'b', status: 'fulfilled' },
  ]);
});

it('a callback that takes its time holds up no other task', async () => {
  const { client, polls } = playTasks(never);
  const onUpdate = () => new Promise(() => {});
  const outcomes = client({ maxConcurrency: 1 }).waitForAll(names(100), { minInterval: 1_000, onUpdate });
  void outcomes.next();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(new Set(polls.map(({ id }) => id)).size).toBe(100);
  await outcomes.return();
});

it('a slow reader loses no outcome, and polls neither accumulate nor stop', async () => {
  const service = playTasks((id) => completesAfter(Number(id.slice(5)) * 1_000), { latency: 50 });
  const tasks = names(100);
  const options = { minInterval: 1_000, maxInterval: 1_000, jitter: false };
  const outcomes = service.client({ maxConcurrency: 100 }).waitForAll(tasks, options);
  const seen: WaitOutcome[] = [];
  const reading = (async () => {
    for await (const outcome of outcomes) {
      seen.push(outcome);
      await new Promise((resolve) => setTimeout(resolve, 10_000));
    }
  })();
  await vi.advanceTimersByTimeAsync(110_000);
  expect(seen.length).toBeLessThan(15);
  const polls = service.polls.length;
  // Each task, polled every 1,050 ms until it has completed.
  expect(polls).toBe(tasks.reduce((sum, _, index) => sum + 1 + Math.ceil((index * 1_000) / 1_050), 0));
  await vi.runAllTimersAsync();
  await reading;
  expect(seen.map(({ id }) => id)).toEqual(tasks);
  expect(service.polls).toHaveLength(polls);
});
