import { abortReason, onAbort } from '../internal/abort.ts';
import { MAX_SINGLE_PAUSE } from '../internal/back-off.ts';
import { MAX_DELAY } from '../internal/sleep.ts';

/** What one request is ready to wait for, in the time of `performance.now()`. */
export interface Patience {
  signal: AbortSignal | undefined;
  /** When the wait that the request belongs to ends; `undefined` for a single call. */
  deadline: number | undefined;
  /** When to give up waiting for a free place. */
  giveUpAt: number;
}

interface Waiter {
  deadline: number | undefined;
  admit: () => void;
  refuse: (reason: unknown) => void;
}

/** A request that was not let in: the pause is longer than it may last, or no place came free in time. */
export class GateClosed {
  constructor(readonly cause: 'paused' | 'crowded') {}
}

/**
 * A client's gate to the service: how many requests may be in flight, and the pause that the service asked for.
 * First come, first served. After a pause there is one place, and one more with each round of answers, so that no
 * burst follows.
 */
export class Gate {
  readonly #maxPlaces: number;
  #places: number;
  /** How many answers have come since the last place was opened. */
  #answers = 0;
  #taken = 0;
  #pausedUntil = 0;
  readonly #waiting = new Set<Waiter>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(maxPlaces: number) {
    this.#maxPlaces = maxPlaces;
    this.#places = maxPlaces;
  }

  /** Milliseconds that the pause still lasts, or 0. */
  get pause(): number {
    return Math.max(0, this.#pausedUntil - performance.now());
  }

  /** Whether the pause outlasts what a call, or a wait with this deadline, may sit out. */
  refuses(deadline: number | undefined): boolean {
    return this.pause > 0 && this.#pausedUntil > (deadline ?? performance.now() + MAX_SINGLE_PAUSE);
  }

  /**
   * Takes a place, waiting for it if need be.
   *
   * @throws {GateClosed} @throws `signal.reason` when aborted.
   */
  enter({ signal, deadline, giveUpAt }: Patience): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortReason(signal));
      if (this.refuses(deadline)) return reject(new GateClosed('paused'));

      // Out of the queue at once, not when the promise is heard of: no place may go to one who has left.
      const leaveQueue = () => {
        this.#waiting.delete(waiter);
        clearTimeout(timer);
        stopListening();
        if (this.#waiting.size === 0) clearTimeout(this.#timer);
      };
      const refuse = (reason: unknown) => {
        leaveQueue();
        reject(reason);
      };
      const admit = () => {
        leaveQueue();
        this.#taken++;
        resolve();
      };
      const waiter: Waiter = { deadline, admit, refuse };
      const left = giveUpAt - performance.now();
      const timer = left < MAX_DELAY ? setTimeout(() => refuse(new GateClosed('crowded')), left) : undefined;
      const stopListening = onAbort(signal, () => refuse(abortReason(signal)));
      this.#waiting.add(waiter);
      this.#admit();
    });
  }

  /** Gives a place back. */
  leave(): void {
    this.#taken--;
    if (this.pause === 0 && this.#places < this.#maxPlaces && ++this.#answers >= this.#places) {
      this.#places++;
      this.#answers = 0;
    }
    this.#admit();
  }

  /** Lets nobody in for so many milliseconds; a pause that lasts longer stays. @returns whether it is a new pause. */
  close(ms: number): boolean {
    const until = performance.now() + ms;
    if (ms <= 0 || until <= this.#pausedUntil) return false;
    this.#pausedUntil = until;
    this.#places = 1;
    this.#answers = 0;
    for (const { deadline, refuse } of this.#waiting) {
      if (this.refuses(deadline)) refuse(new GateClosed('paused'));
    }
    this.#admit();
    return true;
  }

  /** Lets in whom there is room for, now or when the pause is over. */
  #admit(): void {
    clearTimeout(this.#timer);
    // With nobody waiting, a timer would only keep the process alive.
    if (this.#waiting.size === 0) return;
    if (this.pause > 0) {
      this.#timer = setTimeout(() => this.#admit(), Math.min(this.pause, MAX_DELAY));
      return;
    }
    for (const { admit } of this.#waiting) {
      if (this.#taken >= this.#places) return;
      admit();
    }
  }
}
