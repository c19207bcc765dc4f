import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ConcurrencyLimit, type EnterOptions, type Place } from '../src/api/concurrency-limit.ts';
import { now } from '../src/internal/clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function enter(limit: ConcurrencyLimit, options: Partial<EnterOptions> = {}): Promise<Place | null> {
  const place = limit.enter({
    signal: undefined,
    giveUpAt: Number.POSITIVE_INFINITY,
    maxHold: 60_000,
    ...options,
  });
  // Some are rejected before they are examined.
  place.catch(() => {});
  return place;
}

/** What has become of promises so far. */
async function settled(promises: Promise<Place | null>[]): Promise<string[]> {
  await vi.advanceTimersByTimeAsync(0);
  const open = Symbol('open');
  return Promise.all(
    promises.map(async (promise) => {
      const value = await Promise.race([promise, Promise.resolve(open)]).catch((reason) => `${reason}`);
      return value === open ? 'waits' : value === null ? 'none' : typeof value === 'string' ? value : 'place';
    }),
  );
}

async function taken(limit: ConcurrencyLimit, options?: Partial<EnterOptions>): Promise<Place> {
  const place = await enter(limit, options);
  if (place === null) throw new Error('no place');
  return place;
}

it('a concurrency limit has as many places as it was made with, and gives each that comes free to the next in turn', async () => {
  const limit = new ConcurrencyLimit(2);
  const first = await taken(limit);
  const others = [1, 2, 3].map(() => enter(limit));
  expect(await settled(others)).toEqual(['place', 'waits', 'waits']);
  limit.leave(first);
  expect(await settled(others)).toEqual(['place', 'place', 'waits']);
});

it('a concurrency limit counts a place that is given back twice once', async () => {
  const limit = new ConcurrencyLimit(1);
  const first = await taken(limit);
  const others = [1, 2].map(() => enter(limit));
  limit.leave(first);
  limit.leave(first);
  expect(await settled(others)).toEqual(['place', 'waits']);
});

it('a concurrency limit gives up waiting at the time that was said, and leaves no timer', async () => {
  const limit = new ConcurrencyLimit(1);
  const first = await taken(limit);
  const other = enter(limit, { giveUpAt: now() + 1_000 });
  await vi.advanceTimersByTimeAsync(999);
  expect(await settled([other])).toEqual(['waits']);
  await vi.advanceTimersByTimeAsync(1);
  expect(await settled([other])).toEqual(['none']);
  expect(vi.getTimerCount()).toBe(0);
  limit.leave(first);
  expect(await settled([enter(limit)])).toEqual(['place']);
});

it('a concurrency limit rejects with the reason of an abort at once, and gives the place to the next', async () => {
  const limit = new ConcurrencyLimit(1);
  const first = await taken(limit);
  const stop = new AbortController();
  const others = [enter(limit, { signal: stop.signal }), enter(limit)];
  stop.abort('enough');
  expect(await settled(others)).toEqual(['enough', 'waits']);
  expect(await settled([enter(limit, { signal: stop.signal })])).toEqual(['enough']);
  limit.leave(first);
  expect(await settled(others)).toEqual(['enough', 'place']);
  expect(vi.getTimerCount()).toBe(0);
});

it('a concurrency limit takes a place back that its owner never gives back', async () => {
  const limit = new ConcurrencyLimit(1);
  const lost = await taken(limit, { maxHold: 60_000 });
  const others = [enter(limit), enter(limit)];
  await vi.advanceTimersByTimeAsync(59_999);
  expect(await settled(others)).toEqual(['waits', 'waits']);
  await vi.advanceTimersByTimeAsync(1);
  expect(await settled(others)).toEqual(['place', 'waits']);
  // Given back again, it is not a second place.
  limit.leave(lost);
  expect(await settled(others)).toEqual(['place', 'waits']);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await settled(others)).toEqual(['place', 'place']);
  expect(vi.getTimerCount()).toBe(0);
});

it('a concurrency limit takes places back in the order in which they expire', async () => {
  const limit = new ConcurrencyLimit(2);
  await taken(limit, { maxHold: 90_000 });
  await taken(limit, { maxHold: 60_000 });
  const others = [enter(limit), enter(limit)];
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await settled(others)).toEqual(['place', 'waits']);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await settled(others)).toEqual(['place', 'place']);
});

it('a concurrency limit takes a place back even if another request has stopped waiting for it', async () => {
  const limit = new ConcurrencyLimit(1);
  await taken(limit, { maxHold: 60_000 });
  const stop = new AbortController();
  const others = [enter(limit, { signal: stop.signal }), enter(limit)];
  stop.abort('enough');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await settled(others)).toEqual(['enough', 'place']);
});

it('a concurrency limit takes a place back even if no request was waiting when it expired', async () => {
  const limit = new ConcurrencyLimit(1);
  await taken(limit, { maxHold: 1_000 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await settled([enter(limit)])).toEqual(['place']);
});

it('a concurrency limit that is restarted gives no place to those that wait', async () => {
  const limit = new ConcurrencyLimit(1);
  await taken(limit);
  const others = [enter(limit), enter(limit)];
  limit.restart();
  expect(await settled(others)).toEqual(['none', 'none']);
  expect(vi.getTimerCount()).toBe(0);
});

it('a concurrency limit has one place after a restart, and one more with each round of responses, up to its maximum', async () => {
  const limit = new ConcurrencyLimit(3);
  limit.restart();
  const inFlight: Place[] = [];
  const sizes: number[] = [];
  for (let round = 0; round < 5; round++) {
    const entering = Array.from({ length: 5 }, () => enter(limit, { giveUpAt: now() + 1 }));
    await vi.advanceTimersByTimeAsync(1);
    for (const place of await Promise.all(entering)) if (place !== null) inFlight.push(place);
    sizes.push(inFlight.length);
    for (const place of inFlight.splice(0)) limit.leave(place);
  }
  expect(sizes).toEqual([1, 2, 3, 3, 3]);
});

it('a concurrency limit does not count the responses to requests from before a restart', async () => {
  const limit = new ConcurrencyLimit(4);
  const before = await Promise.all([taken(limit), taken(limit), taken(limit)]);
  limit.restart();
  for (const place of before) limit.leave(place);
  expect(await settled([enter(limit), enter(limit)])).toEqual(['place', 'waits']);
});
