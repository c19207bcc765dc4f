import { MAX_DELAY } from './sleep.ts';

interface Entry<T> {
  readonly due: number;
  /** Of two that are due at the same time, the one that was added first comes first. */
  readonly number: number;
  readonly item: T;
}

const isBefore = (a: Entry<unknown>, b: Entry<unknown>) =>
  a.due < b.due || (a.due === b.due && a.number < b.number);

/** What is to be done when: any number of items, and one timer for them all. */
export class Agenda<T> {
  readonly #act: (item: T) => void;
  /** A binary heap: no entry comes before its parent, the one at half its index. */
  readonly #heap: Entry<T>[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #count = 0;
  #isClosed = false;

  constructor(act: (item: T) => void) {
    this.#act = act;
  }

  /** Has the item acted on after so many milliseconds; not at all once the agenda is closed. */
  add(item: T, delay: number): void {
    if (this.#isClosed) return;
    const heap = this.#heap;
    const entry = { due: performance.now() + delay, number: this.#count++, item };
    let index = heap.length;
    while (index > 0) {
      const half = (index - 1) >> 1;
      const parent = heap[half];
      if (parent === undefined || isBefore(parent, entry)) break;
      heap[index] = parent;
      index = half;
    }
    heap[index] = entry;
    if (index === 0) this.#setTimer();
  }

  /** Drops everything. */
  close(): void {
    this.#isClosed = true;
    this.#heap.length = 0;
    clearTimeout(this.#timer);
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    const [first] = this.#heap;
    if (first === undefined) return;
    const delay = Math.ceil(first.due - performance.now());
    this.#timer = setTimeout(() => this.#run(), Math.min(Math.max(0, delay), MAX_DELAY));
  }

  #run(): void {
    const now = performance.now();
    for (let first = this.#heap[0]; first !== undefined && first.due <= now; first = this.#heap[0]) {
      this.#removeFirst();
      this.#act(first.item);
    }
    this.#setTimer();
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left !== undefined && right !== undefined && isBefore(right, left)) child++;
      const next = heap[child];
      if (next === undefined || isBefore(last, next)) break;
      heap[index] = next;
      index = child;
    }
    heap[index] = last;
  }
}
