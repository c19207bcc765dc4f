/** Milliseconds between two looks for who has waited too long. */
const SWEEP = 250;

/** An item's turn. */
export interface Turn {
  /** When it has to be over, in the time of `performance.now()`; `Infinity` where the item did not have to wait for it. */
  readonly latest: number;
  /** Hands it on before the work has ended. */
  readonly end: () => void;
}

/**
 * So many items at a time have their turn, first come, first served. The others weigh next to nothing meanwhile; one
 * whose turn does not come in time is given up.
 */
export class Turns<T> {
  readonly #max: number;
  readonly #work: (item: T, turn: Turn) => Promise<void>;
  readonly #giveUp: (item: T) => void;
  #underWay = 0;
  /** Who waits, and until when. */
  readonly #waiting = new Map<T, number>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param work - Never rejects. */
  constructor(max: number, work: (item: T, turn: Turn) => Promise<void>, giveUp: (item: T) => void) {
    this.#max = max;
    this.#work = work;
    this.#giveUp = giveUp;
  }

  /** Gives the item its turn, now or later, but by `latest` or not at all. */
  add(item: T, latest: number): void {
    if (this.#underWay < this.#max) {
      this.#start(item);
      return;
    }
    this.#waiting.set(item, latest);
    this.#timer ??= setInterval(() => this.#sweep(), SWEEP);
  }

  /** Drops everyone who waits. */
  close(): void {
    this.#waiting.clear();
    this.#rest();
  }

  #start(item: T, latest = Number.POSITIVE_INFINITY): void {
    this.#underWay++;
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      this.#underWay--;
      this.#startNext();
    };
    void this.#work(item, { latest, end }).then(end);
  }

  #startNext(): void {
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next[0]);
    this.#rest();
    this.#start(...next);
  }

  #sweep(): void {
    // Those who would be too late by the next time.
    const next = performance.now() + SWEEP;
    for (const [item, latest] of this.#waiting) {
      if (latest >= next) continue;
      this.#waiting.delete(item);
      this.#giveUp(item);
    }
    this.#rest();
  }

  #rest(): void {
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
