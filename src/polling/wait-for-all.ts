import { onAbort } from '../internal/abort.ts';
import { sleep } from '../internal/sleep.ts';
import { checkId } from '../options/task-id.ts';
import type { WaitOptions } from '../options/wait-options.ts';
import { resolveWait, type WaitSettings } from '../options/wait-settings.ts';
import type { CompletedVideo } from '../video.ts';
import { checkIds, type Ids, openIds } from './id-input.ts';
import { Turns } from './limiter.ts';
import type { PollSource } from './poll-source.ts';
import { stoppable } from './stoppable-generator.ts';
import { Agenda } from './timer-queue.ts';
import { Wait } from './wait.ts';

/** How the wait for one task has ended: as `Promise.allSettled` says it, with the task's id. */
export type WaitOutcome =
  | { readonly id: string; readonly status: 'fulfilled'; readonly value: CompletedVideo }
  | { readonly id: string; readonly status: 'rejected'; readonly reason: unknown };

/** Tasks that are held at a time, some hundred megabytes; the input is read on as they end and are handed over. */
const MAX_HELD = 100_000;

/** Ids taken up in one go: reading more would hold up everything else in the process. */
const SLICE = 256;

/** Ids that come within so many milliseconds come together: those that trickle in are spread by themselves. */
const BURST = 1_000;

/**
 * Polls under way at a time, for each request that may be in flight: enough that no place is ever empty, and few,
 * because a poll weighs ten times what a pause does.
 */
const POLLS_PER_PLACE = 2;

/** Its multiples, whole parts cut off, fill the space from 0 to 1 evenly, however many there will be. */
const GOLDEN_RATIO = (1 + Math.sqrt(5)) / 2;

/**
 * Waits for many tasks at once; see `VideosClient.waitForAll`.
 *
 * @param maxConcurrency - How many requests the client has in flight at the most.
 */
export function waitForAll(
  source: PollSource,
  maxConcurrency: number,
  ids: Iterable<string> | AsyncIterable<string>,
  options?: WaitOptions,
): AsyncGenerator<WaitOutcome, void> {
  const settle = () => {
    checkIds(ids);
    return resolveWait(source.polling, options);
  };
  return stoppable(settle, async function* (settings) {
    const batch = new Batch(source, maxConcurrency, settings, ids);
    while (!batch.isOver) {
      await batch.change();
      yield* batch.takeOutcomes();
    }
    batch.throwIfFailed();
  });
}

/** The tasks that are waited for, and what has come of those that have ended. */
class Batch {
  readonly #source: PollSource;
  readonly #maxConcurrency: number;
  readonly #settings: WaitSettings;
  readonly #signal: AbortSignal;
  readonly #input: Iterator<string> | AsyncIterator<string>;
  readonly #agenda = new Agenda<Wait>((wait) => this.#due(wait));
  readonly #polls: Turns<Wait>;
  readonly #open = new Set<string>();
  /** Those that have ended last, in two generations: an endless input must not fill the memory. */
  #ended = new Set<string>();
  #endedBefore = new Set<string>();
  readonly #outcomes = new Set<WaitOutcome>();
  #isReading = false;
  #isExhausted = false;
  #isClosed = false;
  #failure: { reason: unknown } | undefined;
  /** How many tasks have come together, and since when. */
  #burst = 0;
  #burstStart = 0;
  #wake = () => {};

  constructor(
    source: PollSource,
    maxConcurrency: number,
    settings: WaitSettings & { readonly signal: AbortSignal },
    ids: Ids,
  ) {
    this.#source = source;
    this.#maxConcurrency = maxConcurrency;
    this.#settings = settings;
    this.#signal = settings.signal;
    this.#input = openIds(ids);
    this.#polls = new Turns(maxConcurrency * POLLS_PER_PLACE, (wait, release) => this.#poll(wait, release));
    onAbort(this.#signal, () => this.#stop());
    // Opening the input may have come to that already.
    if (this.#signal.aborted) this.#stop();
    void this.#read();
  }

  /** Whether nothing is left to wait for, nor to hand over. */
  get isOver(): boolean {
    return this.#outcomes.size === 0 && this.#isExhausted && (this.#open.size === 0 || !!this.#failure);
  }

  /** Resolves when a task, or everything, has ended. @throws `signal.reason` when aborted. */
  async change(): Promise<void> {
    this.#signal.throwIfAborted();
    if (this.#outcomes.size === 0 && !this.isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#signal.throwIfAborted();
  }

  /** Hands over the outcomes that have come in, and those that come meanwhile. @throws `signal.reason` when aborted. */
  *takeOutcomes(): Generator<WaitOutcome> {
    for (const outcome of this.#outcomes) {
      this.#signal.throwIfAborted();
      this.#outcomes.delete(outcome);
      void this.#read();
      yield outcome;
    }
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.reason;
  }

  /** Reads the input while there is room. */
  async #read(): Promise<void> {
    if (this.#isReading || this.#isExhausted || this.#signal.aborted) return;
    this.#isReading = true;
    try {
      for (let count = 1; this.#open.size + this.#outcomes.size < MAX_HELD; count++) {
        const result = await this.#input.next();
        // What `for await` says of it, too.
        if (Object(result) !== result) throw new TypeError('Iterator result is not an object.');
        const { done, value } = result;
        if (done) return this.#endInput();
        if (this.#signal.aborted) return this.#closeInput();
        this.#take(value);
        if (count % SLICE === 0) await sleep(0, this.#signal);
      }
      this.#isReading = false;
    } catch (reason) {
      // An abort ends up here too, but nobody hears of it a second time.
      this.#failure = { reason };
      this.#closePolls();
      this.#endInput();
    }
  }

  #endInput(): void {
    this.#isExhausted = true;
    this.#wake();
  }

  #take(id: string): void {
    if ([this.#open, this.#ended, this.#endedBefore].some((known) => known.has(id))) return;
    try {
      checkId(id);
    } catch (reason) {
      this.#end({ id, status: 'rejected', reason });
      return;
    }
    this.#open.add(id);
    const wait = new Wait(this.#source, id, this.#settings);
    const pause = this.#firstPause();
    if (pause === 0) this.#due(wait);
    else this.#agenda.add(wait, pause);
  }

  /** None for as many tasks as may be polled at once; spread over the shortest pause for those that come with them. */
  #firstPause(): number {
    const { minInterval } = this.#settings;
    const now = performance.now();
    if (now - this.#burstStart >= Math.min(BURST, minInterval)) {
      this.#burstStart = now;
      this.#burst = 0;
    }
    const surplus = ++this.#burst - this.#maxConcurrency;
    return surplus <= 0 ? 0 : ((surplus * GOLDEN_RATIO) % 1) * minInterval;
  }

  #due(wait: Wait): void {
    wait.begin();
    this.#polls.add(wait);
  }

  async #poll(wait: Wait, release: () => void): Promise<void> {
    const { id } = wait;
    try {
      const value = await wait.pollForEnd(release);
      if (value === null) this.#agenda.add(wait, wait.pause());
      else this.#end({ id, status: 'fulfilled', value });
    } catch (reason) {
      this.#end({ id, status: 'rejected', reason });
    }
  }

  #end(outcome: WaitOutcome): void {
    if (this.#signal.aborted) return;
    this.#open.delete(outcome.id);
    this.#ended.add(outcome.id);
    if (this.#ended.size === MAX_HELD) {
      this.#endedBefore = this.#ended;
      this.#ended = new Set();
    }
    this.#outcomes.add(outcome);
    this.#wake();
    void this.#read();
  }

  #closePolls(): void {
    this.#agenda.close();
    this.#polls.close();
  }

  #stop(): void {
    this.#closePolls();
    this.#wake();
    if (!this.#isExhausted) this.#closeInput();
  }

  /** Closes the input without waiting for it: what it is busy with may never end. */
  #closeInput(): void {
    if (this.#isClosed) return;
    try {
      const closed: unknown = this.#input.return?.();
      this.#isClosed = true;
      Promise.resolve(closed).catch(() => {});
    } catch {
      // A generator that is stopped from within cannot be closed then; it will be, once it has yielded.
    }
  }
}
