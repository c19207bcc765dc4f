// How many polls may be under way at a time.

import { now } from '../internal/clock.ts';

/** Milliseconds between two checks for items whose deadline has come. */
const CHECK_INTERVAL = 100;

/**
 * Works on a limited number of items at a time, first come, first served; the others take little memory meanwhile. An
 * item starts by its deadline in any case.
 */
export class Limiter<T extends { readonly deadline: number }> {
  readonly #max: number;
  readonly #work: (item: T, release: () => void) => Promise<void>;
  #running = 0;
  readonly #queue = new Set<T>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #nextCheck = 0;

  /** @param work - May release its place before it ends. Never rejects. */
  constructor(max: number, work: (item: T, release: () => void) => Promise<void>) {
    this.#max = max;
    this.#work = work;
  }

  add(item: T): void {
    const time = now();
    this.#queue.add(item);
    if (item.deadline < time + CHECK_INTERVAL) this.#start(item);
    else this.#startNext();
    if (this.#queue.size === 0 || this.#timer !== undefined) return;
    this.#checkAfter(time);
  }

  /** Drops all items that have not started. */
  close(): void {
    this.#queue.clear();
    this.#stopTimerIfEmpty();
  }

  #startNext(): void {
    const [next] = this.#queue;
    if (next !== undefined && this.#running < this.#max) this.#start(next);
  }

  #start(item: T): void {
    this.#queue.delete(item);
    this.#stopTimerIfEmpty();
    this.#running++;
    let isReleased = false;
    const release = () => {
      if (isReleased) return;
      isReleased = true;
      this.#running--;
      // Not on the stack of the work that ends: a thousand items that fail at once would be nested.
      queueMicrotask(() => this.#startNext());
    };
    void this.#work(item, release).then(release);
  }

  #checkAfter(time: number): void {
    this.#nextCheck = time + CHECK_INTERVAL;
    this.#timer = setTimeout(() => this.#check(), CHECK_INTERVAL);
  }

  #check(): void {
    // Not earlier than this check was due: fake timers often leave the clock alone.
    this.#checkAfter(Math.max(now(), this.#nextCheck));
    // At the next check it would be too late for these.
    for (const item of this.#queue) if (item.deadline < this.#nextCheck) this.#start(item);
  }

  #stopTimerIfEmpty(): void {
    if (this.#queue.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
