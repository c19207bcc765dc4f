// How many requests of one client may be in flight at a time.

import { abortReason, onAbort } from '../internal/abort.ts';
import { advanceTo, now } from '../internal/clock.ts';
import { MAX_DELAY } from '../internal/sleep.ts';

/** A request in flight. */
export interface Place {
  /** When the place is free again even if it was never given back. */
  readonly expiresAt: number;
  /** How often the limit had been restarted by then. */
  readonly round: number;
}

export interface EnterOptions {
  signal: AbortSignal | undefined;
  /** When to stop waiting for a place. */
  giveUpAt: number;
  /** The longest time that the place is held: an owner whose runtime has stopped it never gives it back. */
  maxHold: number;
}

interface Waiter {
  readonly maxHold: number;
  readonly resolve: (place: Place | null) => void;
}

/** First come, first served. After a restart there is one place, and one more with each round of responses. */
export class ConcurrencyLimit {
  readonly #max: number;
  #places: number;
  /** How many responses have come since the last place was added. */
  #responses = 0;
  #round = 0;
  readonly #taken = new Set<Place>();
  readonly #queue = new Set<Waiter>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(max: number) {
    this.#max = max;
    this.#places = max;
  }

  /**
   * Takes a place, in turn.
   *
   * @returns `null` if none came free in time, or the limit was restarted meanwhile.
   * @throws `signal.reason` when aborted.
   */
  enter({ signal, giveUpAt, maxHold }: EnterOptions): Promise<Place | null> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortReason(signal));

      // At once, not when the promise is handled: an aborted request must not get a place.
      const leaveQueue = () => {
        this.#queue.delete(waiter);
        clearTimeout(timer);
        stopListening();
        if (this.#queue.size === 0) this.#stopTimer();
      };
      const waiter: Waiter = {
        maxHold,
        resolve: (place) => {
          leaveQueue();
          resolve(place);
        },
      };
      const giveUp = () => {
        advanceTo(giveUpAt);
        waiter.resolve(null);
      };
      const left = giveUpAt - now();
      const timer = left < MAX_DELAY ? setTimeout(giveUp, left) : undefined;
      const stopListening = onAbort(signal, () => {
        leaveQueue();
        reject(abortReason(signal));
      });
      this.#queue.add(waiter);
      this.#admit();
    });
  }

  /** Gives a place back. */
  leave(place: Place): void {
    if (!this.#taken.delete(place)) return;
    const isCounted = place.round === this.#round && this.#places < this.#max;
    if (isCounted && ++this.#responses >= this.#places) {
      this.#places++;
      this.#responses = 0;
    }
    this.#admit();
  }

  /** Starts again with one place, so that no burst follows a pause, and resolves all that wait with `null`. */
  restart(): void {
    this.#places = 1;
    this.#responses = 0;
    this.#round++;
    for (const { resolve } of this.#queue) resolve(null);
  }

  #admit(): void {
    for (const place of this.#taken) if (place.expiresAt <= now()) this.#taken.delete(place);
    for (const { maxHold, resolve } of this.#queue) {
      if (this.#taken.size >= this.#places) break;
      const place = { expiresAt: now() + maxHold, round: this.#round };
      this.#taken.add(place);
      resolve(place);
    }
    if (this.#queue.size > 0) this.#startTimer();
  }

  /** For places that are never given back. */
  #startTimer(): void {
    if (this.#timer !== undefined) return;
    const due = Math.min(...[...this.#taken].map(({ expiresAt }) => expiresAt));
    this.#timer = setTimeout(
      () => {
        advanceTo(due);
        this.#timer = undefined;
        this.#admit();
      },
      Math.min(Math.ceil(due - now()), MAX_DELAY),
    );
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
