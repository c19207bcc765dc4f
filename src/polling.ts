import {
  type AnyVideosError,
  isVideosError,
  PollingFailedError,
  VideoFailedError,
  WaitTimeoutError,
} from './errors.ts';
import { onAbort, untilAbort } from './internal/abort.ts';
import { duration, quote, shorten } from './internal/text.ts';
import { sleepOrWake, type Wake } from './internal/wake.ts';
import {
  checkId,
  type GetResultOptions,
  type LookOptions,
  type PollIntervalsOptions,
  resolveIntervals,
  resolveWait,
  WAIT_DEADLINE,
  type WaitOptions,
  type WaitSettings,
  type WatchOptions,
} from './options.ts';
import type { CompletedVideo, FailedVideo, Video } from './video.ts';

/** What a wait needs of a client. */
export interface VideoSource {
  getResult(id: string, options?: GetResultOptions): Promise<Video>;
  /** Defaults for every wait. */
  readonly polling?: Readonly<WaitOptions>;
}

/** How late a timer may be on a busy machine; one that is later was asleep. */
const MAX_LATENESS = 1_000;

/** A jittered pause lies this far from the plain one, either way, at the most. */
const JITTER = 0.2;

/**
 * The pauses between polls, in milliseconds, without an end: for engines that do the sleeping themselves. Every
 * wait uses them. Without jitter the defaults give 30 s, 45 s, 60 s, 60 s, …
 *
 * @throws {TypeError} @throws {RangeError} on a wrong option, at the first pause.
 */
export function* pollIntervals(options?: PollIntervalsOptions): Generator<number, never> {
  const { minInterval, maxInterval, factor, jitter, random } = resolveIntervals(options);
  for (let plain = minInterval; ; plain = Math.min(plain * factor, maxInterval)) {
    const spread = jitter ? plain * (1 - JITTER + 2 * JITTER * random()) : plain;
    yield Math.min(Math.max(Math.round(spread), minInterval), maxInterval);
  }
}

/** One wait: what is known of the task, and when to look again. */
class Wait {
  readonly #source: VideoSource;
  readonly #id: string;
  readonly #settings: WaitSettings;
  readonly #signal: AbortSignal | undefined;
  readonly #pauses: Generator<number, never>;
  readonly #start = performance.now();
  readonly #deadline: number;
  #lastVideo: Video | null = null;
  /** Why the last poll failed, where it did. */
  #lastError: AnyVideosError | undefined;
  #failures = 0;
  /** Until when the service asked not to be asked. */
  #notBefore = 0;
  #polls = 0;
  /** Whether a poll has been made at the deadline, or has outlasted it. */
  #isOver = false;

  constructor(source: VideoSource, id: string, settings: WaitSettings, signal = settings.signal) {
    this.#source = source;
    this.#id = id;
    this.#settings = settings;
    this.#signal = signal;
    this.#pauses = pollIntervals(settings);
    this.#deadline = this.#start + settings.maxWait;
  }

  /** The video that the next good poll brings; failed polls before it are ridden over. */
  async next(): Promise<Video> {
    for (;;) {
      if (this.#polls > 0) await this.#pause();
      try {
        this.#lastVideo = await this.#poll();
        this.#lastError = undefined;
        this.#failures = 0;
        return this.#lastVideo;
      } catch (error) {
        this.#signal?.throwIfAborted();
        if (!isVideosError(error) || !error.isTransient) throw error;
        await this.#fail(error);
      }
    }
  }

  /** Sleeps until the next poll is due, at the deadline at the latest. */
  async #pause(): Promise<void> {
    if (this.#isOver) throw this.#timeoutError();
    const now = performance.now();
    const due = Math.max(now + this.#pauses.next().value, this.#notBefore);
    const least = (wake: Wake) => Math.max(this.#leastPause(wake), this.#notBefore - now);
    const isWoken = await sleepOrWake(Math.max(0, Math.min(due, this.#deadline) - now), least, this.#signal);
    // The deadline has come, and the service does not wish to be asked.
    if (this.#notBefore > this.#deadline) throw this.#timeoutError();
    this.#isOver = !isWoken && due >= this.#deadline;
  }

  /** What even a page that wakes leaves between two looks, save where the last one did not reach the service. */
  #leastPause(wake: Wake): number {
    const name = this.#lastError?.name;
    const wasHeard = name !== 'ConnectionError' && name !== 'RequestTimeoutError';
    return wake === 'online' && !wasHeard ? 0 : this.#settings.minInterval;
  }

  async #poll(): Promise<Video> {
    this.#signal?.throwIfAborted();
    if (this.#polls++ === 0) this.#isOver = this.#settings.maxWait === 0;
    const options: LookOptions = { signal: this.#signal, [WAIT_DEADLINE]: this.#deadline };
    // The last look is a single attempt: a wait outlasts its deadline by one time limit at the most.
    if (this.#isOver) options.maxRetries = 0;
    const latest = Math.max(this.#deadline, performance.now());
    let limit = Number.POSITIVE_INFINITY;
    try {
      return await this.#source.getResult(this.#id, options);
    } catch (error) {
      if (isVideosError(error) && error.name === 'RequestTimeoutError') limit = error.timeout + MAX_LATENESS;
      throw error;
    } finally {
      const now = performance.now();
      // A look ends within its limit: one that did not was lost while the machine slept, and another is due.
      this.#isOver = (this.#isOver || now >= this.#deadline) && now <= latest + limit;
    }
  }

  async #fail(error: AnyVideosError): Promise<void> {
    const { onPollError, maxFailures } = this.#settings;
    this.#lastError = error;
    this.#failures++;
    if ('retryAfter' in error && error.retryAfter !== null) {
      this.#notBefore = performance.now() + error.retryAfter;
    }
    await untilAbort(onPollError?.({ error, failures: this.#failures }), this.#signal);
    if (this.#failures >= maxFailures) throw this.#failedError(error);
  }

  get #elapsed(): number {
    return Math.round(performance.now() - this.#start);
  }

  #timeoutError(): WaitTimeoutError {
    const last = this.#lastVideo === null ? 'its status is not known' : `it was ${this.#lastVideo.status}`;
    const cause = this.#lastError;
    const elapsed = this.#elapsed;
    return new WaitTimeoutError(
      `Failed to wait for task ${shorten(this.#id)} to end: ${last} after ${duration(elapsed)} (maxWait is ${duration(this.#settings.maxWait)})${
        cause === undefined ? '' : `, and the last look failed (${cause.name})`
      }. ${goOn(this.#id)}`,
      { taskId: this.#id, lastVideo: this.#lastVideo, elapsed, cause },
    );
  }

  #failedError(cause: AnyVideosError): PollingFailedError {
    const elapsed = this.#elapsed;
    return new PollingFailedError(
      `Failed to wait for task ${shorten(this.#id)} to end: ${this.#failures} looks in a row failed, the last with: ${cause.message} ${goOn(this.#id)}`,
      { taskId: this.#id, failures: this.#failures, lastVideo: this.#lastVideo, elapsed, cause },
    );
  }
}

/** What everyone must know whose wait has ended before the task. */
function goOn(id: string): string {
  return `The task may still finish, and it has been paid for: do not submit it again. Go on with waitForCompletion(${quote(id)}), later or with a longer maxWait.`;
}

/**
 * Polls until the task has ended. The first poll is at once, the last one at the deadline itself.
 *
 * In a browser, a page that is shown again or comes back online does not sit out its pause: it looks at once if the
 * last look is `minInterval` ago, or, back online, if that look got no answer. Never sooner than the service wishes.
 *
 * @param client - A `VideosClient`, or whatever looks at a task in its place; its `polling` holds the defaults.
 * @param id - The task's id, as the create call returned it.
 * @returns the task, once it is `completed`.
 * @throws {VideoFailedError} the task ended `failed`.
 * @throws {WaitTimeoutError} `maxWait` has passed; the task may still finish.
 * @throws {PollingFailedError} `maxFailures` polls in a row have failed; the task may still finish.
 * @throws {ApiError} an answer that no later poll can change, such as {@link AuthenticationError}.
 * @throws {TypeError} @throws {RangeError} a wrong id or option; no request was sent.
 * @throws `signal.reason`, at once, when the signal is aborted; what a callback throws.
 */
export async function waitForCompletion(
  client: VideoSource,
  id: string,
  options?: WaitOptions,
): Promise<CompletedVideo> {
  checkId(id);
  const settings = resolveWait(client.polling, options);
  const wait = new Wait(client, id, settings);
  for (;;) {
    const video = await wait.next();
    await untilAbort(settings.onUpdate?.(video), settings.signal);
    if (video.status === 'completed') return video;
    if (video.status === 'failed') throw failure(id, video);
  }
}

/** The error that a failed task is. */
export function failure(taskId: string, video: FailedVideo): VideoFailedError {
  const reason = video.error === null ? 'the service gave no reason' : quote(video.error);
  return new VideoFailedError(
    `Failed to make the video of task ${shorten(taskId)}: ${reason}. The task has ended, and waiting brings nothing: mend what is named, then create a new task.`,
    { taskId, video },
  );
}

/**
 * Polls as {@link waitForCompletion} does, and yields the video of every poll, the final one (`completed` or
 * `failed`) included. `break`, and `return()` in the middle of a pause, stop it at once.
 */
export function watch(client: VideoSource, id: string, options?: WatchOptions): AsyncGenerator<Video, void> {
  const stop = new AbortController();
  const videos = pollVideos(client, id, options, stop);
  // A generator queues these behind the pause that it is in.
  const { return: end, throw: fail } = videos;
  return Object.assign(videos, {
    return: (value: void | PromiseLike<void>) => {
      stop.abort(stop);
      return end.call(videos, value);
    },
    throw: (error: unknown) => {
      stop.abort(stop);
      return fail.call(videos, error);
    },
  });
}

async function* pollVideos(
  client: VideoSource,
  id: string,
  options: WatchOptions | undefined,
  stop: AbortController,
): AsyncGenerator<Video, void> {
  checkId(id);
  const settings = resolveWait(client.polling, options);
  const { signal } = settings;
  signal?.throwIfAborted();
  const stopListening = onAbort(signal, () => stop.abort(signal?.reason));
  const wait = new Wait(client, id, settings, stop.signal);
  try {
    for (;;) {
      const video = await wait.next();
      yield video;
      if (video.status === 'completed' || video.status === 'failed') return;
    }
  } catch (error) {
    if (error !== stop) throw error;
  } finally {
    stopListening();
  }
}
