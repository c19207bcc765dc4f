// The options of a wait, checked, and completed by the client's and by the defaults.

import { WAIT_DEFAULTS, type WaitDefaults } from './defaults.ts';
import { POLL_INTERVALS_OPTIONS, WAIT_OPTIONS } from './known-options.ts';
import { checkOptions, outOfRange } from './validate.ts';
import type { IntervalOptions, PollIntervalsOptions, WaitOptions } from './wait-options.ts';

/** The options of a wait, checked and complete. */
export type WaitSettings = WaitOptions & WaitDefaults;

/** The complete settings of each client's waits: ten thousand waits share one object. */
const settled = new WeakMap<WaitOptions, WaitSettings>();

/** Overrides options with those that are given; `undefined` counts as not given. */
function merge<T extends object>(base: T, given: object): T {
  const merged = { ...base };
  for (const [key, value] of Object.entries(given)) {
    if (value !== undefined) merged[key as keyof T] = value;
  }
  return merged;
}

/** Overrides intervals: if only one bound is given and is beyond the other, the other moves to it. */
function mergeIntervals<T extends IntervalOptions>(base: T, given: IntervalOptions, prefix = ''): T {
  const { minInterval, maxInterval } = given;
  if ((minInterval ?? 0) > (maxInterval ?? Number.POSITIVE_INFINITY)) {
    throw outOfRange(`${prefix}minInterval`, minInterval, `at most maxInterval, ${maxInterval}`);
  }
  const merged = merge(base, given);
  if ((merged.minInterval ?? 0) > (merged.maxInterval ?? Number.POSITIVE_INFINITY)) {
    if (minInterval === undefined) merged.minInterval = merged.maxInterval;
    else merged.maxInterval = minInterval;
  }
  return merged;
}

/** Checks a client's defaults for waits, and stores the complete settings. @throws {@link TypeError} @throws {@link RangeError} */
export function resolvePolling(polling?: WaitOptions): Readonly<WaitOptions> {
  const checked = Object.freeze({ ...checkOptions(polling, WAIT_OPTIONS, 'polling.') });
  settled.set(checked, mergeIntervals<WaitSettings>(WAIT_DEFAULTS, checked, 'polling.'));
  return checked;
}

/** Checks and completes the options of a schedule. @throws {@link TypeError} @throws {@link RangeError} */
export function resolveIntervals(options?: PollIntervalsOptions) {
  return mergeIntervals(
    { ...WAIT_DEFAULTS, random: Math.random },
    checkOptions(options, POLL_INTERVALS_OPTIONS),
  );
}

/** Checks the options of a wait, and completes them from the client's. @throws {@link TypeError} @throws {@link RangeError} */
export function resolveWait(client: WaitOptions | undefined, options?: WaitOptions): WaitSettings {
  const ofClient =
    (client && settled.get(client)) ??
    mergeIntervals<WaitSettings>(WAIT_DEFAULTS, checkOptions(client, WAIT_OPTIONS, 'polling.'), 'polling.');
  if (options === undefined) return ofClient;
  // Based on what the client was given: a bound that only moved in its settings was not given.
  return mergeIntervals(
    WAIT_DEFAULTS,
    mergeIntervals<WaitOptions>(client ?? {}, checkOptions(options, WAIT_OPTIONS)),
  );
}
