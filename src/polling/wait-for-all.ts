// Many waits at once, as an async iterator of their outcomes.

import { onAbort, throwIfAborted } from '../internal/abort.ts';
import { MAX_DELAY, sleep } from '../internal/sleep.ts';
import type { WaitOptions } from '../options/wait-options.ts';
import { resolveWait, type WaitSettings } from '../options/wait-settings.ts';
import type { CompletedVideo } from '../video.ts';
import { FirstPolls } from './first-polls.ts';
import { checkIds, type Ids, openIds } from './id-iterator.ts';
import { Limiter } from './limiter.ts';
import type { PollSource } from './poll-source.ts';
import { stoppable } from './stoppable.ts';
import { UniqueTasks } from './unique-tasks.ts';
import { Wait } from './wait.ts';

/**
 * How the wait for one task has ended: as in `Promise.allSettled`, with the task's id.
 *
 * @category Results
 */
export type WaitOutcome =
  | { readonly id: string; readonly status: 'fulfilled'; readonly value: CompletedVideo }
  | { readonly id: string; readonly status: 'rejected'; readonly reason: unknown };

/** Tasks held at a time, some hundred megabytes; more ids are read as their outcomes are yielded. */
const MAX_HELD = 100_000;

/** Ids read without a break: reading more would block everything else in the process. */
const SLICE = 256;

/**
 * Polls under way at a time, for each request that may be in flight: enough to keep every place busy, and few, because
 * a poll takes ten times the memory of a pause.
 */
const POLLS_PER_PLACE = 2;

/**
 * Waits for many tasks at once; see `VideosClient.waitForAll`.
 *
 * @param maxConcurrency - How many requests the client can have in flight.
 */
export function waitForAll(
  source: PollSource,
  maxConcurrency: number,
  ids: Ids,
  options?: WaitOptions,
): AsyncGenerator<WaitOutcome, void> {
  const resolve = () => {
    checkIds(ids);
    return resolveWait(source.polling, options);
  };
  return stoppable(resolve, async function* (settings) {
    const batch = new Batch({ source, maxConcurrency, settings, ids });
    while (!batch.isOver) {
      await batch.change();
      yield* batch.takeOutcomes();
    }
    batch.throwIfFailed();
  });
}

interface BatchOptions {
  readonly source: PollSource;
  /** How many requests the client can have in flight. */
  readonly maxConcurrency: number;
  readonly settings: WaitSettings & { readonly signal: AbortSignal };
  readonly ids: Ids;
}

/** The tasks of one `waitForAll`: reads their ids, polls them when they are due, and collects their outcomes. */
class Batch {
  readonly #source: PollSource;
  readonly #settings: WaitSettings;
  readonly #signal: AbortSignal;
  readonly #input: Iterator<string> | AsyncIterator<string>;
  readonly #firstPolls: FirstPolls;
  readonly #limiter: Limiter<Wait>;
  readonly #tasks = new UniqueTasks();
  readonly #outcomes = new Set<WaitOutcome>();
  #isReading = false;
  /** Whether no further id will be read. */
  #isExhausted = false;
  #isInputClosed = false;
  /** Whether no further poll will be made. */
  #isStopped = false;
  #failure: { reason: unknown } | undefined;
  #wake = () => {};

  constructor({ source, maxConcurrency, settings, ids }: BatchOptions) {
    this.#source = source;
    this.#settings = settings;
    this.#signal = settings.signal;
    this.#input = openIds(ids);
    this.#firstPolls = new FirstPolls(maxConcurrency, settings.minInterval);
    this.#limiter = new Limiter(maxConcurrency * POLLS_PER_PLACE, (wait, release) =>
      this.#poll(wait, release),
    );
    onAbort(this.#signal, () => this.#stop());
    // Opening the input may have aborted it.
    if (this.#signal.aborted) this.#stop();
    void this.#read();
  }

  /** Whether every outcome has been yielded. */
  get isOver(): boolean {
    return this.#outcomes.size === 0 && this.#isExhausted && (this.#tasks.size === 0 || !!this.#failure);
  }

  /** Resolves when a task, or the whole batch, has ended. @throws `signal.reason` when aborted. */
  async change(): Promise<void> {
    throwIfAborted(this.#signal);
    if (this.#outcomes.size === 0 && !this.isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    throwIfAborted(this.#signal);
  }

  /** Yields the outcomes, also those that arrive meanwhile. @throws `signal.reason` when aborted. */
  *takeOutcomes(): Generator<WaitOutcome> {
    for (const outcome of this.#outcomes) {
      throwIfAborted(this.#signal);
      this.#outcomes.delete(outcome);
      this.#tasks.delete(outcome.id);
      void this.#read();
      yield outcome;
    }
  }

  /** @throws the error that the input ended with. */
  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.reason;
  }

  /** Reads the input while there is room. */
  async #read(): Promise<void> {
    if (this.#isReading || this.#isExhausted || this.#signal.aborted) return;
    this.#isReading = true;
    try {
      for (let count = 1; this.#tasks.size < MAX_HELD; count++) {
        const result = await this.#input.next();
        // As `for await` does.
        if (Object(result) !== result) throw new TypeError('Iterator result is not an object.');
        const { done, value } = result;
        if (done) return this.#endInput();
        if (this.#signal.aborted) return this.#closeInput();
        this.#add(value);
        if (count % SLICE === 0) await sleep(0, this.#signal);
      }
      this.#isReading = false;
    } catch (reason) {
      // After an abort, too; but then its reason has been thrown already.
      this.#failure = { reason };
      this.#stopPolls();
      this.#endInput();
    }
  }

  #endInput(): void {
    this.#isExhausted = true;
    this.#wake();
  }

  #add(id: string): void {
    if (!this.#tasks.add(id)) return;
    try {
      this.#source.checkId(id);
    } catch (reason) {
      this.#end({ id, status: 'rejected', reason });
      return;
    }
    const wait = new Wait(this.#source, id, this.#settings);
    const pause = this.#firstPolls.nextPause();
    if (pause === 0) this.#startPoll(wait);
    else this.#hold(wait, pause);
  }

  #hold(wait: Wait, ms: number): void {
    if (this.#isStopped) return;
    // The usual timer holds no closure of its own: a third of what a wait takes would be that.
    const timer =
      ms > MAX_DELAY
        ? setTimeout(() => this.#hold(wait, ms - MAX_DELAY), MAX_DELAY)
        : setTimeout(this.#startPoll, ms, wait);
    this.#tasks.setTimer(wait.id, timer);
  }

  readonly #startPoll = (wait: Wait): void => {
    this.#tasks.setTimer(wait.id, undefined);
    wait.advance();
    this.#limiter.add(wait);
  };

  async #poll(wait: Wait, release: () => void): Promise<void> {
    const { id } = wait;
    try {
      const value = await wait.pollForCompletion(release);
      if (value === null) this.#hold(wait, wait.msUntilNextPoll());
      else this.#end({ id, status: 'fulfilled', value });
    } catch (reason) {
      this.#end({ id, status: 'rejected', reason });
    }
  }

  #end(outcome: WaitOutcome): void {
    if (this.#signal.aborted) return;
    this.#outcomes.add(outcome);
    this.#wake();
  }

  #stop(): void {
    this.#stopPolls();
    this.#wake();
    if (!this.#isExhausted) this.#closeInput();
  }

  #stopPolls(): void {
    this.#isStopped = true;
    this.#tasks.stopTimers();
    this.#limiter.close();
  }

  /** Closes the input without waiting for it: its current step may never end. */
  #closeInput(): void {
    if (this.#isInputClosed) return;
    try {
      const closed: unknown = this.#input.return?.();
      this.#isInputClosed = true;
      Promise.resolve(closed).catch(() => {});
    } catch {
      // A generator that aborts the wait itself cannot be closed yet; it will be, once it has yielded.
    }
  }
}
