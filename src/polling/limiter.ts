/** Milliseconds between two looks for deadlines among those who wait. */
const SWEEP = 100;

/**
 * So many items at a time have their turn, first come, first served. The others weigh next to nothing meanwhile. By
 * its deadline an item's turn has come in any case.
 */
export class Turns<T extends { readonly deadline: number }> {
  readonly #max: number;
  readonly #work: (item: T, endTurn: () => void) => Promise<void>;
  #taken = 0;
  readonly #waiting = new Set<T>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param work - May end its turn before it ends itself. Never rejects. */
  constructor(max: number, work: (item: T, endTurn: () => void) => Promise<void>) {
    this.#max = max;
    this.#work = work;
  }

  add(item: T): void {
    this.#waiting.add(item);
    if (item.deadline < performance.now() + SWEEP) this.#start(item);
    else this.#startNext();
    if (this.#waiting.size > 0) this.#timer ??= setInterval(() => this.#sweep(), SWEEP);
  }

  /** Drops everyone who waits. */
  close(): void {
    this.#waiting.clear();
    this.#rest();
  }

  #startNext(): void {
    const [next] = this.#waiting;
    if (next !== undefined && this.#taken < this.#max) this.#start(next);
  }

  #start(item: T): void {
    this.#waiting.delete(item);
    this.#rest();
    this.#taken++;
    let isOver = false;
    const endTurn = () => {
      if (isOver) return;
      isOver = true;
      this.#taken--;
      // Not on the stack of the work that ends: a thousand pieces of work that fail at once would be nested.
      queueMicrotask(() => this.#startNext());
    };
    void this.#work(item, endTurn).then(endTurn);
  }

  #sweep(): void {
    // The next time would be too late for these.
    const next = performance.now() + SWEEP;
    for (const item of this.#waiting) if (item.deadline < next) this.#start(item);
  }

  #rest(): void {
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
