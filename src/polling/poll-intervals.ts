import type { PollIntervalsOptions } from '../options/wait-options.ts';
import { resolveIntervals } from '../options/wait-settings.ts';

/** A jittered pause lies this far from the plain one, either way, at the most. */
const JITTER = 0.2;

/**
 * The pauses between polls, in milliseconds, without an end: for engines that do the sleeping themselves. Every
 * wait uses them. Without jitter the defaults give 30 s, 45 s, 60 s, 60 s, …
 *
 * @throws {TypeError} an option of the wrong kind, at the first pause.
 * @throws {RangeError} an option out of range, at the first pause.
 */
export function* pollIntervals(options?: PollIntervalsOptions): Generator<number, never> {
  const schedule = resolveIntervals(options);
  for (let plain = schedule.minInterval; ; plain = grow(plain, schedule)) yield spread(plain, schedule);
}

type Schedule = Omit<ReturnType<typeof resolveIntervals>, 'random'> & { random?: () => number };

/** The plain pause that follows on a plain one. */
export function grow(plain: number, { factor, maxInterval }: Schedule): number {
  return Math.min(plain * factor, maxInterval);
}

/** The pause that a plain one becomes: jittered, within the bounds. */
export function spread(plain: number, schedule: Schedule): number {
  const { jitter, minInterval, maxInterval, random = Math.random } = schedule;
  const pause = jitter ? plain * (1 - JITTER + 2 * JITTER * random()) : plain;
  return Math.min(Math.max(Math.round(pause), minInterval), maxInterval);
}
