/** Milliseconds between two looks for who has waited too long. */
const SWEEP = 250;

/**
 * Work on so many items at a time, first come, first served. Those whose turn has not come weigh next to nothing; one
 * whose turn does not come in time is given up.
 */
export class Turns<T> {
  readonly #max: number;
  readonly #work: (item: T, latest?: number) => Promise<void>;
  readonly #giveUp: (item: T) => void;
  #underWay = 0;
  /** Who waits, and until when, in the time of `performance.now()`. */
  readonly #waiting = new Map<T, number>();
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param work - Never rejects. It is told until when the item had waited, where it had to wait. */
  constructor(max: number, work: (item: T, latest?: number) => Promise<void>, giveUp: (item: T) => void) {
    this.#max = max;
    this.#work = work;
    this.#giveUp = giveUp;
  }

  /** Has the item worked on, now or when its turn comes, but by `latest` or not at all. */
  add(item: T, latest: number): void {
    if (this.#underWay < this.#max) return void this.#start(item);
    this.#waiting.set(item, latest);
    this.#timer ??= setInterval(() => this.#sweep(), SWEEP);
  }

  /** Drops everyone who waits. */
  close(): void {
    this.#waiting.clear();
    this.#rest();
  }

  async #start(item: T, latest?: number): Promise<void> {
    this.#underWay++;
    await this.#work(item, latest);
    this.#underWay--;
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next[0]);
    this.#rest();
    void this.#start(...next);
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
