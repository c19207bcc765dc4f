import { MAX_DELAY } from '../internal/sleep.ts';

/** What is to be done when: any number of items, and one timer for them all. */
export class Agenda<T> {
  readonly #act: (item: T) => void;
  // A binary heap: nothing comes before its parent, the one at half its index. In columns, because an object for each
  // row would weigh four times as much.
  readonly #items: T[] = [];
  readonly #dues: number[] = [];
  /** Of two that are due at the same time, the one that was added first comes first. */
  readonly #numbers: number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #count = 0;
  #isClosed = false;

  constructor(act: (item: T) => void) {
    this.#act = act;
  }

  /** Has the item acted on after so many milliseconds; not at all once the agenda is closed. */
  add(item: T, delay: number): void {
    if (this.#isClosed) return;
    let index = this.#items.push(item) - 1;
    this.#dues.push(performance.now() + delay);
    this.#numbers.push(this.#count++);
    while (index > 0) {
      const half = (index - 1) >> 1;
      if (!this.#isBefore(index, half)) break;
      this.#swap(index, half);
      index = half;
    }
    if (index === 0) this.#setTimer();
  }

  /** Drops everything. */
  close(): void {
    this.#isClosed = true;
    for (const column of [this.#items, this.#dues, this.#numbers]) column.length = 0;
    clearTimeout(this.#timer);
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    if (this.#items.length === 0) return;
    const delay = Math.ceil(this.#dueAt(0) - performance.now());
    this.#timer = setTimeout(() => this.#run(), Math.min(Math.max(0, delay), MAX_DELAY));
  }

  #run(): void {
    const now = performance.now();
    while (this.#dueAt(0) <= now) this.#act(this.#takeFirst());
    this.#setTimer();
  }

  #takeFirst(): T {
    this.#swap(0, this.#items.length - 1);
    const first = this.#items.pop() as T;
    this.#dues.pop();
    this.#numbers.pop();
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (this.#isBefore(child + 1, child)) child++;
      if (!this.#isBefore(child, index)) return first;
      this.#swap(child, index);
      index = child;
    }
  }

  /** What is not there is never due. */
  #dueAt(index: number): number {
    return this.#dues[index] ?? Number.POSITIVE_INFINITY;
  }

  #numberAt(index: number): number {
    return this.#numbers[index] ?? Number.POSITIVE_INFINITY;
  }

  #isBefore(a: number, b: number): boolean {
    const [dueA, dueB] = [this.#dueAt(a), this.#dueAt(b)];
    return dueA < dueB || (dueA === dueB && this.#numberAt(a) < this.#numberAt(b));
  }

  #swap(a: number, b: number): void {
    swap(this.#items, a, b);
    swap(this.#dues, a, b);
    swap(this.#numbers, a, b);
  }
}

function swap<V>(column: V[], a: number, b: number): void {
  const value = column[a] as V;
  column[a] = column[b] as V;
  column[b] = value;
}
