import { type AnyVideosError, isVideosError, PollingFailedError, WaitTimeoutError } from '../errors/index.ts';
import { videoFailedError } from '../errors/video-failed.ts';
import { throwIfAborted, untilAbort } from '../internal/abort.ts';
import { duration, idText, quote } from '../internal/text.ts';
import type { GetResultOptions } from '../options/wait-options.ts';
import type { WaitSettings } from '../options/wait-settings.ts';
import type { CompletedVideo, Video } from '../video.ts';
import type { Sleeper, Wake } from './page-wake-up.ts';
import { grow, spread } from './poll-intervals.ts';
import type { PollSource } from './poll-source.ts';

/** How late a timer may be on a busy machine; one that is later was asleep. */
const MAX_LATENESS = 1_000;

/** Polls that have failed in a row. */
interface Trouble {
  readonly lastError: AnyVideosError;
  readonly failures: number;
  /** Until when the service asked not to be asked, in the time of `performance.now()`; 0 where it did not. */
  readonly notBefore: number;
}

/**
 * One wait: what is known of the task, and when to look again. It does no sleeping, so that thousands of waits can
 * share a timer; and has few fields, so that they can share a process.
 */
export class Wait implements Sleeper {
  readonly #source: PollSource;
  readonly id: string;
  readonly #settings: WaitSettings;
  /** The next pause, before its jitter. A number, where an iterator would be the largest part of a wait. */
  #plain: number;
  /** Not a number until the wait has begun. */
  #start = Number.NaN;
  #lastVideo: Video | null = null;
  /** What has gone wrong since the last good poll. */
  #trouble: Trouble | undefined;
  /** Whether the next poll is the one at the deadline; after it, that it has been made or has outlasted it. */
  #isOver = false;
  /** Whether a look at the deadline was lost to the machine's sleep, and another granted. */
  #hasOverslept = false;

  constructor(source: PollSource, id: string, settings: WaitSettings) {
    this.#source = source;
    this.id = id;
    this.#settings = settings;
    this.#plain = settings.minInterval;
  }

  /** The wait counts from the first poll, or from when that was due. */
  begin(): void {
    if (!Number.isNaN(this.#start)) return;
    this.#start = performance.now();
    this.#isOver = this.#settings.maxWait === 0;
  }

  /** When the wait ends, in the time of `performance.now()`. */
  get deadline(): number {
    return this.#start + this.#settings.maxWait;
  }

  /**
   * One poll; `null` where it failed, and the wait goes on.
   *
   * @param release - Called when its look is over, or pauses before it is tried again: what follows takes nobody's place.
   */
  async poll(release?: () => void): Promise<Video | null> {
    const { signal } = this.#settings;
    throwIfAborted(signal);
    this.begin();
    // The deadline has come, and the service does not wish to be asked.
    if (this.#notBefore > this.deadline) throw this.#timeoutError();
    try {
      this.#lastVideo = await this.#look(release);
      this.#trouble = undefined;
      return this.#lastVideo;
    } catch (error) {
      throwIfAborted(signal);
      if (!isVideosError(error) || !error.isTransient) throw error;
      await this.#fail(error);
      return null;
    }
  }

  /** The poll that a wait for a completed video makes: `null` where the task has not ended yet. */
  async pollForEnd(release?: () => void): Promise<CompletedVideo | null> {
    const video = await this.poll(release);
    if (video === null) return null;
    const { onUpdate, signal } = this.#settings;
    await untilAbort(onUpdate?.(video), signal);
    if (video.status === 'failed') throw videoFailedError(this.id, video);
    return video.status === 'completed' ? video : null;
  }

  /**
   * Milliseconds until the next poll is due, at the deadline at the latest.
   *
   * @throws {WaitTimeoutError} @throws `signal.reason` when aborted.
   */
  pause(): number {
    throwIfAborted(this.#settings.signal);
    if (this.#isOver) throw this.#timeoutError();
    const now = performance.now();
    const due = Math.max(now + spread(this.#plain, this.#settings), this.#notBefore);
    this.#plain = grow(this.#plain, this.#settings);
    this.#isOver = due >= this.deadline;
    return Math.max(0, Math.min(due, this.deadline) - now);
  }

  /** From now on, what even a page that wakes leaves: nothing where it is back online, and was not heard before. */
  leastPauses(): Record<Wake, number> {
    const name = this.#trouble?.lastError.name;
    const wasHeard = name !== 'ConnectionError' && name !== 'RequestTimeoutError';
    const asked = this.#notBefore - performance.now();
    const shown = Math.max(this.#settings.minInterval, asked);
    return { shown, online: wasHeard ? shown : asked };
  }

  /** The pause has been cut short, so that the next poll is not the one at the deadline. */
  wake(): void {
    this.#isOver = false;
  }

  async #look(release: (() => void) | undefined): Promise<Video> {
    const wait = { deadline: this.deadline, onPause: release };
    const options: GetResultOptions = { signal: this.#settings.signal };
    // The last look is a single attempt: a wait outlasts its deadline by one time limit at the most.
    if (this.#isOver) options.maxRetries = 0;
    const timeout = this.#source.timeout ?? Number.POSITIVE_INFINITY;
    const latest = Math.max(this.deadline, performance.now()) + timeout + MAX_LATENESS;
    try {
      return await untilAbort(this.#source.poll(this.id, options, wait), this.#settings.signal);
    } finally {
      release?.();
      const now = performance.now();
      const isLast = this.#isOver || now >= this.deadline;
      // A look ends in time: while one that did not was under way, the machine slept, and another is due; but once, or
      // a source that is slower than it says would be asked for ever.
      const hasOverslept = now > latest && !this.#hasOverslept;
      this.#hasOverslept ||= hasOverslept;
      this.#isOver = isLast && !hasOverslept;
    }
  }

  async #fail(lastError: AnyVideosError): Promise<void> {
    const { onPollError, maxFailures, signal } = this.#settings;
    const failures = (this.#trouble?.failures ?? 0) + 1;
    const retryAfter = ('retryAfter' in lastError && lastError.retryAfter) || 0;
    const notBefore = retryAfter > 0 ? performance.now() + retryAfter : 0;
    this.#trouble = { lastError, failures, notBefore };
    await untilAbort(onPollError?.({ error: lastError, failures }), signal);
    // Where the service does not wish to be asked again in time, the wait ends at its deadline.
    if (failures >= maxFailures && notBefore <= this.deadline) throw this.#failedError(this.#trouble);
  }

  get #notBefore(): number {
    return this.#trouble?.notBefore ?? 0;
  }

  get #elapsed(): number {
    return Math.round(performance.now() - this.#start);
  }

  #timeoutError(): WaitTimeoutError {
    const last = this.#lastVideo === null ? 'its status is not known' : `it was ${this.#lastVideo.status}`;
    const cause = this.#trouble?.lastError;
    const elapsed = this.#elapsed;
    return new WaitTimeoutError(
      `Failed to wait for task ${idText(this.id)} to end: ${last} after ${duration(elapsed)} (maxWait is ${duration(this.#settings.maxWait)})${
        cause === undefined ? '' : `, and the last look failed (${cause.name})`
      }. ${goOn(this.id)}`,
      { taskId: this.id, lastVideo: this.#lastVideo, elapsed, cause },
    );
  }

  #failedError({ lastError: cause, failures }: Trouble): PollingFailedError {
    const elapsed = this.#elapsed;
    return new PollingFailedError(
      `Failed to wait for task ${idText(this.id)} to end: ${failures === 1 ? 'a look failed' : `${failures} looks in a row failed, the last`} with: ${cause.message} ${goOn(this.id)}`,
      { taskId: this.id, failures, lastVideo: this.#lastVideo, elapsed, cause },
    );
  }
}

/** What everyone must know whose wait has ended before the task. */
function goOn(id: string): string {
  return `The task may still finish, and it has been paid for: do not submit it again. Go on with waitForCompletion(${quote(id)}), later or with a longer maxWait.`;
}
