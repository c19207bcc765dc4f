// What the tests of many waits share: ids, their outcomes, and randomness that is the same in every run.
import type { VideosClient, WaitOptions, WaitOutcome } from 'videos-client';
import { vi } from 'vitest';
import { completesAfter } from './fetch-service.ts';

export type Ids = Iterable<string> | AsyncIterable<string>;

export const exact: WaitOptions = { minInterval: 1_000, maxInterval: 1_000, jitter: false };

export async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** Waits for them all, letting the clock run. */
export async function settle(
  client: VideosClient,
  ids: Ids,
  options: WaitOptions = exact,
): Promise<WaitOutcome[]> {
  const outcomes = collect(client.waitForAll(ids, options));
  await vi.runAllTimersAsync();
  return outcomes;
}

export const idsOf = (outcomes: WaitOutcome[]) => outcomes.map(({ id }) => id);

/** Ids that come when they are sent. */
export function idSender() {
  const waiting: ((result: IteratorResult<string, undefined>) => void)[] = [];
  const closed = vi.fn();
  const ids: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise((resolve) => waiting.push(resolve)),
      return: () => {
        closed();
        return new Promise(() => {}); // Never settles, as a generator in the middle of an await may be.
      },
    }),
  };
  const send = async (value: string) => {
    waiting.shift()?.({ done: false, value });
    await vi.advanceTimersByTimeAsync(0);
  };
  return { ids, send, closed };
}

export const never = () => completesAfter(Number.POSITIVE_INFINITY);
export const names = (count: number) => Array.from({ length: count }, (_, index) => `task-${index}`);

/** What comes, as it comes, and when. */
export function record(outcomes: AsyncIterable<WaitOutcome>): (WaitOutcome & { time: number })[] {
  const start = performance.now();
  const seen: (WaitOutcome & { time: number })[] = [];
  void (async () => {
    for await (const outcome of outcomes) seen.push({ ...outcome, time: performance.now() - start });
  })();
  return seen;
}

export const reasonOf = (outcome: WaitOutcome) => (outcome as { reason: Error }).reason;

/** Makes jitter the same in every run. */
export function seedRandom(): void {
  let seed = 1;
  vi.spyOn(Math, 'random').mockImplementation(() => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  });
}
