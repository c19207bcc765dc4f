// When the tasks of a batch are polled for the first time: spread, so that a large batch is not a burst.

import { now } from '../internal/clock.ts';

/** Ids that arrive within so many milliseconds are a batch; those that arrive more slowly are spread already. */
const BATCH_TIME = 1_000;

/** The fractions of its multiples fill the space from 0 to 1 evenly, however many there will be. */
const GOLDEN_RATIO = (1 + Math.sqrt(5)) / 2;

/** The first `immediate` tasks of a batch are polled at once, the others spread over `interval`. */
export class FirstPolls {
  readonly #immediate: number;
  readonly #interval: number;
  #count = 0;
  #batchStart = Number.NEGATIVE_INFINITY;

  constructor(immediate: number, interval: number) {
    this.#immediate = immediate;
    this.#interval = interval;
  }

  /** Whole milliseconds until the first poll of the next task. */
  nextPause(): number {
    const time = now();
    // Either way: a clock that is set back starts another batch.
    if (Math.abs(time - this.#batchStart) >= Math.min(BATCH_TIME, this.#interval)) {
      this.#batchStart = time;
      this.#count = 0;
    }
    const surplus = ++this.#count - this.#immediate;
    return surplus <= 0 ? 0 : Math.ceil(((surplus * GOLDEN_RATIO) % 1) * this.#interval);
  }
}
