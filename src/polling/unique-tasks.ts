// The tasks of a batch whose outcome has not been yielded: each id once, with the timer of its pause.

type Timer = ReturnType<typeof setTimeout>;

/** One map for both: there may be a hundred thousand tasks. */
export class UniqueTasks {
  readonly #timers = new Map<string, Timer | undefined>();

  get size(): number {
    return this.#timers.size;
  }

  /** Returns whether the id is new; a duplicate is dropped. */
  add(id: string): boolean {
    if (this.#timers.has(id)) return false;
    this.#timers.set(id, undefined);
    return true;
  }

  /** @param timer - `undefined` once the pause is over. */
  setTimer(id: string, timer: Timer | undefined): void {
    this.#timers.set(id, timer);
  }

  delete(id: string): void {
    this.#timers.delete(id);
  }

  stopTimers(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }
}
