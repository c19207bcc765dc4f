// One wait: what is known of the task, and when to poll it again.

import { type AnyVideosError, isVideosError } from '../errors/index.ts';
import { videoFailedError } from '../errors/video-failed-error.ts';
import { throwIfAborted, untilAbort } from '../internal/abort.ts';
import { now } from '../internal/clock.ts';
import type { GetResultOptions, WaitProgress } from '../options/wait-options.ts';
import type { WaitSettings } from '../options/wait-settings.ts';
import type { CompletedVideo, Video } from '../video.ts';
import { decideAfterPoll, NO_POLLS, type PollDecision } from './decide-after-poll.ts';
import { hasEnded } from './has-ended.ts';
import type { Sleeper, Wake } from './page-wake-up.ts';
import { nextInterval, withJitter } from './poll-intervals.ts';
import type { PollSource } from './poll-source.ts';
import { pollingFailedError, type Seen, waitTimeoutError } from './wait-errors.ts';

/** How late a timer may fire on a busy machine. If one is later, the machine was asleep. */
const MAX_LATENESS = 1_000;

/**
 * The wait for one task. It sets no timer itself, so that its owner decides how thousands of waits sleep; and it has few
 * fields, so that a hundred thousand waits fit into a process.
 *
 * Its times are whole milliseconds since the wait began: V8 stores them in the object itself. A clock that is set back
 * meanwhile counts as one that stood still.
 */
export class Wait implements Sleeper {
  readonly id: string;
  readonly #source: PollSource;
  readonly #settings: WaitSettings;
  /** Whether the wait's own `create` made the task. */
  readonly #isNew: boolean;
  /** The next pause, before its jitter. A number, because an iterator would be the largest part of a wait. */
  #baseInterval: number;
  #elapsed = 0;
  /** The time when `#elapsed` was last updated; `NaN` before the wait begins. */
  #updatedAt = Number.NaN;
  /** When the next poll is due. */
  #dueAt = 0;
  /** Until when the service asked this wait not to poll (`Retry-After`), or 0. */
  #notBefore = 0;
  /** Whether the last poll has been made. */
  #isOver = false;
  /** Whether the machine slept through a poll at the deadline, and another was granted. */
  #hasOverslept = false;
  #polls = 0;
  #failedPolls = 0;
  #lastVideo: Video | null;
  /** Why the last poll failed, or `null` if it succeeded. */
  #lastError: AnyVideosError | null = null;
  #history = NO_POLLS;

  /** @param created - The reply to the `create` that made the task, if this wait follows it. */
  constructor(source: PollSource, id: string, settings: WaitSettings, created: Video | null = null) {
    this.#source = source;
    this.id = id;
    this.#settings = settings;
    this.#isNew = created !== null;
    this.#lastVideo = created;
    this.#baseInterval = settings.minInterval;
  }

  /** When the wait ends, in the time of {@link now}. */
  get deadline(): number {
    return this.#updatedAt + this.#settings.maxWait - this.#elapsed;
  }

  /** Advances the wait's time to now, and to when its poll was due. The first call starts it. */
  advance(): void {
    this.#updateElapsed();
    // Fake timers often leave the clock alone, and the wait would never end.
    this.#elapsed = Math.max(this.#elapsed, this.#dueAt);
  }

  /**
   * Makes one poll, and calls the callback. Returns `null` if the poll failed and the wait continues.
   *
   * @param onPause - Called when the request is over, or pauses before its next attempt: another poll can have its
   * place.
   */
  async poll(onPause?: () => void): Promise<Video | null> {
    throwIfAborted(this.#settings.signal);
    this.advance();
    // Retry-After forbids a poll before the deadline and at it.
    if (this.#notBefore > this.#settings.maxWait) throw waitTimeoutError(this.#seen());
    let video: Video;
    try {
      video = await this.#request(onPause);
    } catch (error) {
      throwIfAborted(this.#settings.signal);
      if (!isVideosError(error)) throw error;
      await this.#handleFailure(error);
      return null;
    }
    await this.#handleSuccess(video);
    return video;
  }

  /** Makes one poll. Returns `null` if the task has not ended yet. */
  async pollForCompletion(onPause?: () => void): Promise<CompletedVideo | null> {
    const video = await this.poll(onPause);
    if (video?.status === 'failed') throw videoFailedError(this.id, video);
    return video?.status === 'completed' ? video : null;
  }

  /**
   * Milliseconds until the next poll is due.
   *
   * @throws {@link WaitTimeoutError} The last poll has been made. @throws `signal.reason` when aborted.
   */
  msUntilNextPoll(): number {
    throwIfAborted(this.#settings.signal);
    this.#updateElapsed();
    if (this.#isOver) throw waitTimeoutError(this.#seen());
    return Math.max(0, this.#dueAt - this.#elapsed);
  }

  /** Decides when the next poll is due: at the deadline at the latest. Returns whether one will be sent then. */
  schedule(): boolean {
    const { maxWait } = this.#settings;
    this.#updateElapsed();
    const interval = withJitter(this.#baseInterval, this.#settings);
    this.#baseInterval = nextInterval(this.#baseInterval, this.#settings);
    const allowedAt = Math.max(this.#notBefore, this.#elapsed + this.#source.rateLimitRemaining);
    // Rounded up: under fake timers, a pause that is too short would be repeated endlessly.
    this.#dueAt = Math.ceil(Math.min(Math.max(this.#elapsed + interval, allowedAt), maxWait));
    return allowedAt <= maxWait;
  }

  /** At least `minInterval`; but a page that is back online polls at once if the last poll got no response. */
  minPauses(): Record<Wake, number> {
    const failure = this.#lastError?.name;
    const gotNoResponse = failure === 'ConnectionError' || failure === 'RequestTimeoutError';
    const retryAfter = this.#notBefore - this.#elapsed;
    const shown = Math.max(this.#settings.minInterval, retryAfter);
    return { shown, online: gotNoResponse ? retryAfter : shown };
  }

  /** The pause was cut short: the next poll is not the one that was due then. */
  wake(): void {
    this.#dueAt = 0;
  }

  async #request(onPause: (() => void) | undefined): Promise<Video> {
    const { maxWait, signal } = this.#settings;
    const options: GetResultOptions = { signal };
    // The last poll is a single attempt: a wait outlasts its deadline by one time limit at most.
    if (this.#elapsed >= maxWait) options.maxRetries = 0;
    const timeout = this.#source.timeout ?? Number.POSITIVE_INFINITY;
    const latestEnd = Math.max(this.#elapsed, maxWait) + timeout + MAX_LATENESS;
    try {
      const context = { deadline: this.deadline, onPause };
      return await untilAbort(this.#source.poll(this.id, options, context), signal);
    } finally {
      onPause?.();
      this.#updateElapsed();
      // A request ends in time. If it did not, the machine slept meanwhile, and one more poll is due; only one, or a
      // source that is slower than its `timeout` would be polled forever.
      const hasOverslept = this.#elapsed > latestEnd && !this.#hasOverslept;
      this.#hasOverslept ||= hasOverslept;
      this.#isOver = this.#elapsed >= maxWait && !hasOverslept;
    }
  }

  async #handleSuccess(video: Video): Promise<void> {
    const { onUpdate, signal } = this.#settings;
    this.#polls++;
    this.#lastVideo = video;
    this.#lastError = null;
    this.#notBefore = 0;
    this.#history = decideAfterPoll(null, this.#history).history;
    const progress = this.#progress(hasEnded(video) || this.#isOver);
    await untilAbort(onUpdate?.(video, progress), signal);
  }

  /** @throws the error that ends the wait, if this failure ends it. */
  async #handleFailure(error: AnyVideosError): Promise<void> {
    const { onPollError, maxFailures, signal } = this.#settings;
    this.#polls++;
    this.#failedPolls++;
    this.#lastError = error;
    const pause = this.#pauseAfter(error);
    this.#notBefore = pause > 0 ? this.#elapsed + pause : 0;
    const { action, history } = decideAfterPoll(error, this.#history, { maxFailures, isNew: this.#isNew });
    this.#history = history;
    const ending = this.#ending(action, error);
    const { failures } = history;
    const progress = this.#progress(ending !== null || this.#isOver);
    await untilAbort(onPollError?.({ error, failures, ...progress }), signal);
    if (ending !== null) throw ending;
  }

  /** Milliseconds for which this error forbids a poll: the client pauses even if a rate limit names no time. */
  #pauseAfter(error: AnyVideosError): number {
    const isLimit = error.name === 'RateLimitError' || ('status' in error && error.status === 503);
    const retryAfter = ('retryAfter' in error && error.retryAfter) || 0;
    return Math.max(retryAfter, isLimit ? Math.ceil(this.#source.rateLimitRemaining) : 0);
  }

  #ending(action: PollDecision['action'], error: AnyVideosError): Error | null {
    if (action === 'throw') return error;
    // With Retry-After beyond the deadline, the deadline ends the wait: no poll can fail before it.
    const canPollAgain = this.#notBefore <= this.#settings.maxWait;
    return action === 'giveUp' && canPollAgain ? pollingFailedError(this.#seen(), error) : null;
  }

  /** What the callbacks receive. Computed before they run: a slow callback is followed by the next poll at once. */
  #progress(isLast: boolean): WaitProgress {
    const willPoll = !isLast && this.schedule();
    return {
      id: this.id,
      polls: this.#polls,
      elapsed: this.#elapsed,
      nextPollIn: willPoll ? Math.max(0, this.#dueAt - this.#elapsed) : null,
      deadlineIn: Math.max(0, Math.round(this.#settings.maxWait - this.#elapsed)),
    };
  }

  #seen(): Seen {
    return {
      taskId: this.id,
      maxWait: this.#settings.maxWait,
      lastVideo: this.#lastVideo,
      lastError: this.#lastError,
      failures: this.#history.failures,
      elapsed: this.#elapsed,
      polls: this.#polls,
      failedPolls: this.#failedPolls,
    };
  }

  #updateElapsed(): void {
    const time = now();
    const passed = Math.round(time - this.#updatedAt);
    if (passed >= 0) {
      // What is left of a millisecond counts the next time.
      this.#updatedAt += passed;
      this.#elapsed += passed;
    } else {
      // The first reading, or a clock that was set back.
      this.#updatedAt = time;
    }
  }
}
