// The pauses between polls.

import type { PollIntervalsOptions } from '../options/wait-options.ts';
import { resolveIntervals } from '../options/wait-settings.ts';

/** A pause differs from its base interval by this fraction at most: enough to spread a batch of waits. */
const JITTER = 0.2;

/**
 * The pauses between polls, in milliseconds, without an end: for engines that do their own waiting. Every wait of this
 * package uses the same. Without jitter the defaults give 30 s, 45 s, 60 s, 60 s, …
 *
 * @throws {@link TypeError} An option has the wrong type; thrown at the first pause.
 * @throws {@link RangeError} An option is out of range; thrown at the first pause.
 *
 * @example
 * ```ts
 * const pauses = pollIntervals({ minInterval: 10_000, maxInterval: 20_000 });
 * const { value: firstPause } = pauses.next();
 * ```
 *
 * @category Client
 */
export function* pollIntervals(options?: PollIntervalsOptions): Generator<number, never> {
  const schedule = resolveIntervals(options);
  for (let base = schedule.minInterval; ; base = nextInterval(base, schedule))
    yield withJitter(base, schedule);
}

type Schedule = Omit<ReturnType<typeof resolveIntervals>, 'random'> & { random?: () => number };

/** The base interval that follows another one. */
export function nextInterval(base: number, { factor, maxInterval }: Schedule): number {
  return Math.min(base * factor, maxInterval);
}

/** The pause for a base interval: with jitter, in whole milliseconds, within the two bounds. */
export function withJitter(base: number, schedule: Schedule): number {
  const { jitter, minInterval, maxInterval, random = Math.random } = schedule;
  const pause = jitter ? base * (1 - JITTER + 2 * JITTER * random()) : base;
  return Math.min(Math.max(Math.round(pause), minInterval), maxInterval);
}
