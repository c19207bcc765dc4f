// The options of one request, of a wait, and of its pauses.

import type { AnyVideosError } from '../errors/index.ts';
import type { Video } from '../video.ts';

/**
 * Options of one request for a task's state.
 *
 * @category Options
 */
export interface GetResultOptions {
  /** Aborts the call at once: it rejects with `signal.reason`. */
  signal?: AbortSignal | undefined;
  /** Milliseconds that one attempt may take. @default the client's `timeout` */
  timeout?: number | undefined;
  /** Further attempts after a transient failure; 0 for none. @default the client's `maxRetries` */
  maxRetries?: number | undefined;
}

/**
 * The schedule of the pauses between polls.
 *
 * @category Options
 */
export interface IntervalOptions {
  /** The first and the shortest pause, in milliseconds; 0 stays 0, whatever the factor. @default 30_000 */
  minInterval?: number | undefined;
  /** The longest pause, in milliseconds. @default 60_000 */
  maxInterval?: number | undefined;
  /** Growth from pause to pause; 1 or more. @default 1.5 */
  factor?: number | undefined;
  /** Spreads each pause by up to 20 % either way, then clips it to the two bounds. @default true */
  jitter?: boolean | undefined;
}

/**
 * Options of {@link pollIntervals}.
 *
 * @category Options
 */
export interface PollIntervalsOptions extends IntervalOptions {
  /** A source of numbers from 0 up to, but not including, 1, for the jitter. @default Math.random */
  random?: (() => number) | undefined;
}

/**
 * How far a wait has come. All times are whole milliseconds.
 *
 * @category Results
 */
export interface WaitProgress {
  /** The id that the wait was called with. */
  readonly id: string;
  /** How many polls have been made, failed ones and this one included. */
  readonly polls: number;
  /** Time since the wait began; in `waitForAll`, since the task's first poll was due. */
  readonly elapsed: number;
  /**
   * Time from this call to the next poll, rate-limit pauses included as far as they are known; `null` if no poll
   * follows. After a callback that takes longer, the poll follows at once.
   */
  readonly nextPollIn: number | null;
  /** What is left of `maxWait`: 0 or more, `Infinity` if there is no limit. */
  readonly deadlineIn: number;
}

/**
 * A failed poll.
 *
 * @category Results
 */
export interface PollError extends WaitProgress {
  /** Why the poll failed. */
  readonly error: AnyVideosError;
  /** How many polls in a row have failed, this one included. */
  readonly failures: number;
}

/**
 * Options of a wait.
 *
 * @category Options
 */
export interface WaitOptions extends IntervalOptions {
  /**
   * The longest wait altogether, in milliseconds; 0 for one poll, `Infinity` for no limit. The last poll is made at this
   * deadline, so that the wait lasts one `timeout` longer at most.
   *
   * @default 1_800_000
   */
  maxWait?: number | undefined;
  /** The wait ends when this many polls in a row have failed; 1 or more, `Infinity` for never. @default 10 */
  maxFailures?: number | undefined;
  /** Aborts the wait at once: it rejects with `signal.reason`. */
  signal?: AbortSignal | undefined;
  /**
   * Called after every successful poll, in order. If it throws or rejects, the wait ends with that error; a promise is
   * awaited.
   */
  onUpdate?: ((video: Video, progress: WaitProgress) => unknown) | undefined;
  /**
   * Called after every failed poll, also after one that ends the wait, but not after an abort. If it throws or rejects,
   * the wait ends with that error; a promise is awaited.
   */
  onPollError?: ((failure: PollError) => unknown) | undefined;
}

/**
 * Options of {@link decideAfterPoll}.
 *
 * @category Options
 */
export interface PollDecisionOptions {
  /** The wait ends when this many polls in a row have failed; `Infinity` for never. @default 10 */
  maxFailures?: number | undefined;
  /** Whether the task was created just before this wait, by a `create` that succeeded. @default false */
  isNew?: boolean | undefined;
}
