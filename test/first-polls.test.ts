import { pollIntervals } from 'videos-client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { playTasks } from './helpers/fetch-service.ts';
import { names, never, seedRandom } from './helpers/many.ts';

beforeEach(() => {
  vi.useFakeTimers();
  seedRandom();
});
afterEach(() => void vi.useRealTimers());

it('a large batch starts at once if it is no larger than maxConcurrency', async () => {
  const { client, polls } = playTasks(never, { latency: 100 });
  const outcomes = client().waitForAll(names(16));
  void outcomes.next();
  await vi.advanceTimersByTimeAsync(0);
  expect(polls).toHaveLength(16);
  await outcomes.return();
});

it('a large batch spreads its other first polls evenly over minInterval, whatever its size', async () => {
  for (const count of [116, 1_016]) {
    const { client, polls } = playTasks(never);
    const outcomes = client().waitForAll(names(count), { minInterval: 10_000 });
    void outcomes.next();
    await vi.advanceTimersByTimeAsync(9_999);
    await outcomes.return();
    expect(polls.filter(({ time }) => time === 0)).toHaveLength(16);
    for (let tenth = 0; tenth < 10; tenth++) {
      const within = polls.filter(({ time }) => time > 0 && Math.floor(time / 1_000) === tenth);
      expect(Math.abs(within.length / (count - 16) - 0.1)).toBeLessThanOrEqual(0.02);
    }
    expect(new Set(polls.map(({ id }) => id)).size).toBe(count);
  }
});

it('a batch that comes after a quiet time starts at once again', async () => {
  const { client, polls } = playTasks(never, { latency: 100 });
  async function* ids() {
    yield* names(16).map((name) => `early ${name}`);
    await new Promise((resolve) => setTimeout(resolve, 45_000));
    yield* names(16).map((name) => `late ${name}`);
  }
  const outcomes = client().waitForAll(ids());
  void outcomes.next();
  await vi.advanceTimersByTimeAsync(46_000);
  expect(polls.filter(({ id, time }) => id.startsWith('late') && time === 45_000)).toHaveLength(16);
  await outcomes.return();
});

it('a wrong id in a large batch is reported at once', async () => {
  const { client } = playTasks(never);
  const outcomes = client().waitForAll([...names(20), '..'], { minInterval: 10_000 });
  const first = outcomes.next();
  await vi.advanceTimersByTimeAsync(0);
  await expect(first).resolves.toMatchObject({ value: { id: '..', reason: expect.any(TypeError) } });
  await outcomes.return();
});

it('ids that trickle in are not a batch: each is polled as it comes', async () => {
  const { client, polls } = playTasks(never);
  async function* ids() {
    for (const name of names(40)) {
      yield name;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const outcomes = client({ maxConcurrency: 10 }).waitForAll(ids());
  void outcomes.next();
  await vi.advanceTimersByTimeAsync(4_000);
  expect(polls.map(({ time }) => time)).toEqual(names(40).map((_, index) => index * 100));
  await outcomes.return();
});

it('the pauses of a large batch stay spread, because each is jittered by itself', () => {
  const pauses = names(1_000).map(() => pollIntervals({ minInterval: 10_000, maxInterval: 60_000 }));
  const sums = pauses.map((pause) => [1, 2, 3].reduce((sum) => sum + pause.next().value, 0));
  expect(new Set(sums).size).toBeGreaterThan(900);
});
