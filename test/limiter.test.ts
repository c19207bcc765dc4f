import { VideosClient } from 'videos-client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { completesAfter, hang, play, playTasks } from './helpers/fetch-service.ts';
import { collect, names, never, reasonOf, record, seedRandom } from './helpers/many.ts';
import { completed, processing } from './helpers/task.ts';

beforeEach(() => {
  vi.useFakeTimers();
  seedRandom();
});
afterEach(() => void vi.useRealTimers());

/** A client with one place, of a service that never answers. */
const stuck = () => play(hang).client({ maxConcurrency: 1, timeout: 1_000, maxRetries: 0 });

it('a large batch is polled exactly as often as the schedule says, with one timer for each task', async () => {
  const { client, timesOf } = playTasks(never);
  const tasks = names(100);
  const outcomes = client().waitForAll(tasks, { jitter: false });
  void outcomes.next();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(vi.getTimerCount()).toBe(100);
  await vi.advanceTimersByTimeAsync(200_000);
  await outcomes.return();
  for (const id of tasks) {
    const [first = 0, ...others] = timesOf(id);
    // A timer fires on whole milliseconds.
    const gaps = others.map((time) => Math.round((time - first) / 100) * 100);
    expect(gaps.slice(0, 4)).toEqual([30_000, 75_000, 135_000, 195_000].slice(0, gaps.length));
  }
});

it('a large batch never has more than maxConcurrency requests in flight, whatever else the client does', async () => {
  const service = playTasks(never, { latency: 2_000 });
  const client = service.client({ maxConcurrency: 3 });
  const batches = [client.waitForAll(names(50)), client.waitForAll(names(20).map((name) => `other ${name}`))];
  for (const batch of batches) void batch.next();
  for (const name of names(10)) void client.getResult(name).catch(() => {});
  await vi.advanceTimersByTimeAsync(120_000);
  expect(service.maxInFlight).toBe(3);
  for (const batch of batches) await batch.return();
});

it('a large batch lets no task wait for its poll longer than twice the schedule while the service keeps up', async () => {
  // 4 in flight at 100 ms are 40 polls a second; 400 tasks at 10 to 20 s need some 27, and 40 at the start.
  const { client, polls } = playTasks(never, { latency: 100 });
  const outcomes = client({ maxConcurrency: 4 }).waitForAll(names(400), {
    minInterval: 10_000,
    maxInterval: 20_000,
  });
  void outcomes.next();
  await vi.advanceTimersByTimeAsync(120_000);
  await outcomes.return();
  const last = new Map<string, number>();
  let longest = 0;
  for (const { id, time } of polls) {
    longest = Math.max(longest, time - (last.get(id) ?? 0));
    last.set(id, time);
  }
  expect(last.size).toBe(400);
  expect(longest).toBeLessThan(2 * 20_000);
  expect([...last.values()].every((time) => time > 120_000 - 2 * 20_000)).toBe(true);
});

it('a 429 pauses every task; afterwards requests come one by one, and no burst follows', async () => {
  let isLimited = false;
  const service = playTasks(
    () => (age, id) =>
      isLimited
        ? new Response('', { status: 429, headers: { 'retry-after': '20' } })
        : completesAfter(Number.POSITIVE_INFINITY)(age, id),
    { latency: 100 },
  );
  const outcomes = service.client({ maxConcurrency: 4 }).waitForAll(names(100), { minInterval: 5_000 });
  void outcomes.next();
  await vi.advanceTimersByTimeAsync(10_000);
  isLimited = true;
  await vi.advanceTimersByTimeAsync(1_000);
  isLimited = false;
  await vi.advanceTimersByTimeAsync(30_000);
  await outcomes.return();

  const times = service.polls.map(({ time }) => time);
  const resumed = times.findIndex((time, index) => time - (times[index - 1] ?? 0) >= 19_000);
  const start = times[resumed] ?? 0;
  expect(start).toBeGreaterThan(30_000);
  const firstRounds = [0, 100, 200].map(
    (offset) => times.filter((time) => time >= start + offset && time < start + offset + 100).length,
  );
  expect(firstRounds).toEqual([1, 2, 3]);
});

it('more tasks than the service can keep up with use little memory while they wait for their poll: no timer, and no request of their own', async () => {
  const outcomes = stuck().waitForAll(names(1_000), { minInterval: 1_000 });
  void outcomes.next();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(vi.getTimerCount()).toBeLessThan(10);
  await outcomes.return();
  expect(vi.getTimerCount()).toBe(0);
});

it('more tasks than the service can keep up with are polled in the order in which they came due, and none is lost', async () => {
  const service = playTasks(() => completesAfter(0), { latency: 100 });
  const client = service.client({ maxConcurrency: 1 });
  const outcomes = record(client.waitForAll(names(200), { minInterval: 1_000 }));
  await vi.advanceTimersByTimeAsync(20_000);
  expect(outcomes.every(({ status }) => status === 'fulfilled')).toBe(true);
  const order = outcomes.map(({ id }) => Number(id.slice('task-'.length)));
  // When each came due: the first at once, the others spread over the shortest pause.
  const due = (index: number) => ((index * (1 + Math.sqrt(5))) / 2) % 1;
  expect(order).toEqual(Array.from({ length: 200 }, (_, index) => index).sort((a, b) => due(a) - due(b)));
  expect(vi.getTimerCount()).toBe(0);
});

it('more tasks than the service can keep up with end after maxWait and one time limit at the most', async () => {
  const outcomes = record(stuck().waitForAll(names(100), { minInterval: 1_000, maxWait: 5_000 }));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(outcomes).toHaveLength(100);
  expect(Math.max(...outcomes.map(({ time }) => time))).toBeLessThanOrEqual(1_000 + 5_000 + 1_000);
  const reasons = outcomes.map(reasonOf);
  expect(new Set(reasons.map(({ name }) => name))).toEqual(new Set(['WaitTimeoutError']));
  expect(new Set(reasons.map(({ cause }) => (cause as Error).name))).toEqual(
    new Set(['RequestTimeoutError']),
  );
  expect(vi.getTimerCount()).toBe(0);
});

it.each([0, 2_000])(
  'more tasks than the service can keep up with cause no request that could only time out, with a maxWait of %d',
  async (maxWait) => {
    // 160 polls a second are possible, and 500 come due.
    const { client, polls } = playTasks(() => completesAfter(0), { latency: 100 });
    const options = { minInterval: 3_000, maxWait };
    const outcomes = record(client({ timeout: 3_000 }).waitForAll(names(1_500), options));
    await vi.advanceTimersByTimeAsync(10_000);
    const completed = outcomes.filter(({ status }) => status === 'fulfilled');
    const others = outcomes.filter(({ status }) => status === 'rejected');
    expect(completed.length + others.length).toBe(1_500);
    expect(polls).toHaveLength(completed.length);
    // As many as the service carries until half a time limit before the last one could only be cut off.
    expect(completed.length).toBeGreaterThan((0.95 * 16 * (3_000 + maxWait + 3_000 - 1_500)) / 100);
    for (const reason of others.map(reasonOf)) {
      expect(reason.cause).toMatchObject({
        name: 'RequestTimeoutError',
        message: expect.stringContaining('not sent, because the client had 16 other requests in flight'),
      });
    }
  },
);

it('more tasks than the service can keep up with cause no more requests than a slow service can answer in time', async () => {
  let answered = 0;
  const slow = ({ signal }: Request) =>
    new Promise<Response>((resolve, reject) => {
      const timer = setTimeout(() => resolve(Response.json({ ...completed, id: `${++answered}` })), 1_000);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    });
  const { client, requests } = play(slow);
  const outcomes = record(client().waitForAll(names(1_500), { maxWait: 0 }));
  await vi.advanceTimersByTimeAsync(61_000);
  expect(outcomes).toHaveLength(1_500);
  // 16 a second, until half a time limit before the last one could only be cut off.
  expect(answered).toBeGreaterThan(0.95 * 16 * 45);
  expect(requests.length - answered).toBeLessThanOrEqual(16);
});

it('more tasks than the service can keep up with are not held up by those that pause before a retry', async () => {
  const failing = names(100).map((name) => `failing ${name}`);
  const service = playTasks((id) =>
    id.startsWith('failing') ? () => new Response('', { status: 500 }) : completesAfter(0),
  );
  const ids = [...failing, ...names(20)];
  const outcomes = service.client({ maxConcurrency: 1 }).waitForAll(ids, { minInterval: 1_000 });
  void outcomes.next();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(names(20).filter((name) => service.timesOf(name).length === 0)).toEqual([]);
  await outcomes.return();
});

it('more tasks than the service can keep up with end at their deadline with the rate limit if that lasts longer', async () => {
  const limit = () => new Response('', { status: 429, headers: { 'retry-after': '4' } });
  // The first ones sleep in the client's pause, which they have no time for; the others come due meanwhile.
  const service = playTasks((id) => (Number(id.slice('task-'.length)) < 2 ? limit : never()));
  const client = service.client({ maxConcurrency: 1 });
  const outcomes = record(client.waitForAll(names(50), { minInterval: 1_000, maxWait: 2_000 }));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(outcomes).toHaveLength(50);
  expect(Math.max(...outcomes.map(({ time }) => time))).toBeLessThanOrEqual(1_000 + 2_000);
  for (const reason of outcomes.map(reasonOf)) {
    expect(reason).toMatchObject({ name: 'WaitTimeoutError', cause: { name: 'RateLimitError' } });
  }
});

it('more tasks than the service can keep up with are each polled once more after the machine slept', async () => {
  let isAsleep = true;
  const { client, requests } = play((request) =>
    isAsleep ? hang(request) : Response.json({ ...completed, id: request.url.split('/').at(-1) }),
  );
  const options = { minInterval: 1_000, maxWait: 60_000 };
  const outcomes = record(client({ maxConcurrency: 1 }).waitForAll(names(50), options));
  await vi.advanceTimersByTimeAsync(2_000);
  const now = performance.now();
  // Hours pass, and no timer fires.
  vi.setSystemTime(Date.now() + 36_000_000);
  vi.spyOn(performance, 'now').mockImplementation(() => now + 36_000_000);
  isAsleep = false;
  await vi.advanceTimersByTimeAsync(60_000);
  vi.mocked(performance.now).mockRestore();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(outcomes.map(({ status }) => status)).toEqual(Array(50).fill('fulfilled'));
  expect(requests.length).toBeGreaterThanOrEqual(50);
});

it('twenty thousand polls that fail at once need no deeper stack than one', async () => {
  // Fake timers search all of theirs for each that is due.
  vi.useRealTimers();
  let calls = 0;
  const apiKey = async () => {
    if (++calls <= 2) await new Promise((resolve) => setTimeout(resolve, 1_000));
    return '';
  };
  const client = new VideosClient({ apiKey, maxConcurrency: 1 });
  const outcomes = await collect(client.waitForAll(names(20_000), { minInterval: 100 }));
  expect(new Set(outcomes.map((outcome) => reasonOf(outcome).name))).toEqual(new Set(['TypeError']));
  expect(outcomes).toHaveLength(20_000);
});

it('a task that ends without a poll at its deadline makes room for others', async () => {
  const start = performance.now();
  const service = playTasks(
    (id) => () =>
      performance.now() - start < 1_000
        ? new Response('', { status: 429, headers: { 'retry-after': '60' } })
        : completesAfter(0)(0, id),
  );
  async function* ids() {
    yield* names(10).map((name) => `early ${name}`);
    await new Promise((resolve) => setTimeout(resolve, 70_000));
    yield* names(10).map((name) => `late ${name}`);
  }
  const client = service.client({ maxConcurrency: 1 });
  const outcomes = record(client.waitForAll(ids(), { minInterval: 500, maxWait: 5_000 }));
  await vi.advanceTimersByTimeAsync(71_000);
  expect(outcomes.map(({ status }) => status)).toEqual([
    ...Array(10).fill('rejected'),
    ...Array(10).fill('fulfilled'),
  ]);
});

it('the last poll is made at the deadline itself, however many others are due', async () => {
  const service = play((request) =>
    request.url.endsWith('/task-0') ? Response.json({ ...processing, id: 'task-0' }) : hang(request),
  );
  const client = service.client({ maxConcurrency: 1, timeout: 1_000, maxRetries: 0 });
  const start = performance.now();
  const outcomes = client.waitForAll(names(100), { minInterval: 10_000, maxWait: 5_000 });
  const first = outcomes.next();
  await vi.advanceTimersByTimeAsync(6_000);
  const { value } = await first;
  // It found no place, because nothing is answered; the rest of its time limit would have been the response's.
  const elapsed = 5_000 + 1_000 / 2;
  expect(value).toMatchObject({ id: 'task-0', reason: { name: 'WaitTimeoutError', elapsed } });
  expect(performance.now() - start).toBe(6_000);
  await outcomes.return();
});

it('a pause beyond the deadline ends every task there, with the rate limit as the cause', async () => {
  const limit = () => new Response('', { status: 429, headers: { 'retry-after': '3600' } });
  const client = playTasks(() => limit).client({ maxConcurrency: 1 });
  const outcomes = record(client.waitForAll(names(100), { minInterval: 1_000, maxWait: 5_000 }));
  await vi.advanceTimersByTimeAsync(6_000);
  expect(outcomes).toHaveLength(100);
  const causes = outcomes.map((outcome) => (reasonOf(outcome).cause as Error).name);
  expect(new Set(causes)).toEqual(new Set(['RateLimitError']));
});
