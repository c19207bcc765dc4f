// The tasks that were started or polled here: what is known of each, and when it may be polled again.

import { throwIfAborted } from '../internal/abort.ts';
import { now } from '../internal/clock.ts';
import type { VideoSource } from '../options/video-source.ts';
import { resolveWait } from '../options/wait-settings.ts';
import { decideAfterPoll, type PollHistory } from '../polling/decide-after-poll.ts';
import type { Video } from '../video.ts';

interface Operation {
  /** Whether it was started here: a task that the service does not know yet may be known a moment later. */
  readonly isNew: boolean;
  /** The last successful poll, or the reply to the create. */
  video: Video | null;
  history: PollHistory | undefined;
  /** In the time of `now()`. Infinite during a poll. */
  nextPollAt: number;
}

/** Far more than one process waits for at a time. Beyond it, the one that was polled longest ago is forgotten. */
const MAX_OPERATIONS = 10_000;

/** The operations of one provider, whichever of its models they were started with. */
export class Operations {
  readonly #source: VideoSource;
  readonly #minInterval: number;
  readonly #maxFailures: number;
  readonly #operations = new Map<string, Operation>();

  constructor(source: VideoSource) {
    this.#source = source;
    ({ minInterval: this.#minInterval, maxFailures: this.#maxFailures } = resolveWait(source.polling));
  }

  /** Remembers a task that has just been created. */
  add(video: Video): void {
    const nextPollAt = now() + this.#minInterval;
    this.#remember(video.id, { isNew: true, video, history: undefined, nextPollAt });
  }

  /**
   * The task's state: polled, or as it was if the start or the last poll was less than `minInterval` ago; `null` if
   * no state is known. Failed polls are tolerated as in a wait.
   *
   * @throws The error of a poll that ends a wait.
   */
  async latest(id: string, signal: AbortSignal | undefined): Promise<Video | null> {
    throwIfAborted(signal);
    const known = this.#operations.get(id);
    const operation = known ?? { isNew: false, video: null, history: undefined, nextPollAt: 0 };
    if (now() < operation.nextPollAt) return operation.video;
    operation.nextPollAt = Number.POSITIVE_INFINITY;
    this.#remember(id, operation);
    const pause = await this.#poll(id, operation, signal);
    operation.nextPollAt = now() + pause;
    return operation.video;
  }

  /** @returns milliseconds until the next poll. */
  async #poll(id: string, operation: Operation, signal: AbortSignal | undefined): Promise<number> {
    try {
      operation.video = await this.#source.getResult(id, { signal });
      operation.history = decideAfterPoll(null).history;
      return this.#minInterval;
    } catch (error) {
      if (signal?.aborted) {
        operation.nextPollAt = 0;
        throw error;
      }
      const options = { isNew: operation.isNew, maxFailures: this.#maxFailures };
      const { action, history } = decideAfterPoll(error, operation.history, options);
      if (action !== 'continue') {
        this.#operations.delete(id);
        throw error;
      }
      operation.history = history;
      const { retryAfter } = error as { retryAfter?: number | null };
      return Math.max(this.#minInterval, retryAfter ?? 0);
    }
  }

  #remember(id: string, operation: Operation): void {
    this.#operations.delete(id);
    this.#operations.set(id, operation);
    const [oldest] = this.#operations.keys();
    if (this.#operations.size > MAX_OPERATIONS && oldest !== undefined) this.#operations.delete(oldest);
  }
}
