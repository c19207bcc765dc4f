// The options of one request, of a wait, and of its pauses.

import type { AnyVideosError } from '../errors/index.ts';
import type { Video } from '../video.ts';

/** Options of one look at a task. */
export interface GetResultOptions {
  /** Stops the call at once: it rejects with `signal.reason`. */
  signal?: AbortSignal | undefined;
  /** Milliseconds that one attempt may take. @default the client's `timeout` */
  timeout?: number | undefined;
  /** How often the request is tried again after a transient failure. @default the client's `maxRetries` */
  maxRetries?: number | undefined;
}

/** The schedule of the pauses between polls. */
export interface IntervalOptions {
  /** The first and the shortest pause, in milliseconds; 0 stays 0, whatever the factor. @default 30_000 */
  minInterval?: number | undefined;
  /** The longest pause, in milliseconds. @default 60_000 */
  maxInterval?: number | undefined;
  /** Growth from pause to pause; 1 or more. @default 1.5 */
  factor?: number | undefined;
  /** Spreads each pause by up to 20 % either way, within the two bounds. @default true */
  jitter?: boolean | undefined;
}

/** Options of {@link pollIntervals}. */
export interface PollIntervalsOptions extends IntervalOptions {
  /** A source of numbers from 0 to 1, for the jitter. @default Math.random */
  random?: (() => number) | undefined;
}

/** A poll that failed; the wait goes on. */
export interface PollError {
  /** Why the poll failed. */
  readonly error: AnyVideosError;
  /** How many polls in a row have failed, this one included. */
  readonly failures: number;
}

/** Options of a wait that is read as an iterator. */
export interface WatchOptions extends IntervalOptions {
  /** The longest wait altogether, in milliseconds; 0 means one look, `Infinity` no limit. @default 1_800_000 */
  maxWait?: number | undefined;
  /** The wait gives up when this many polls in a row have failed; `Infinity` for never. @default 10 */
  maxFailures?: number | undefined;
  /** Stops the wait at once: it rejects with `signal.reason`. */
  signal?: AbortSignal | undefined;
  /** Called with every failed poll. An error out of it ends the wait; a promise is awaited. */
  onPollError?: ((failure: PollError) => unknown) | undefined;
}

/** Options of a wait. */
export interface WaitOptions extends WatchOptions {
  /** Called with the `Video` of every poll, in order. An error out of it ends the wait; a promise is awaited. */
  onUpdate?: ((video: Video) => unknown) | undefined;
}
