// A queue between the tasks that end and the loop that iterates over their outcomes.

export class OutcomeQueue<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  #end: { error?: unknown } | undefined;
  #wake = () => {};

  push(item: T): void {
    if (this.#end) return;
    this.#items.push(item);
    this.#wake();
  }

  /** Nothing comes after it. @param error - Thrown at once, in place of what has not been taken yet. */
  end(...error: [error?: unknown]): void {
    this.#end ??= error.length > 0 ? { error: error[0] } : {};
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      if (this.#end && 'error' in this.#end) throw this.#end.error;
      const item = this.#items.shift();
      if (item !== undefined) yield item;
      else if (this.#end) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
