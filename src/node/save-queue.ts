// Saves videos a few at a time, in the order in which they come.

import type { CompletedVideo } from '../video.ts';

/** Saves one video. Never rejects. */
type Save = (id: string, video: CompletedVideo) => Promise<void>;

export class SaveQueue {
  readonly #concurrency: number;
  readonly #signal: AbortSignal;
  readonly #save: Save;
  readonly #waiting: [string, CompletedVideo][] = [];
  readonly #running = new Set<Promise<void>>();

  /** @param signal - After an abort no further save is started. */
  constructor(concurrency: number, signal: AbortSignal, save: Save) {
    this.#concurrency = concurrency;
    this.#signal = signal;
    this.#save = save;
  }

  add(id: string, video: CompletedVideo): void {
    this.#waiting.push([id, video]);
    this.#startNext();
  }

  /** Resolves when no save is running, and none will start. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #startNext(): void {
    const next = this.#running.size < this.#concurrency ? this.#waiting.shift() : undefined;
    if (next === undefined || this.#signal.aborted) return;
    const saving = this.#save(...next).finally(() => {
      this.#running.delete(saving);
      this.#startNext();
    });
    this.#running.add(saving);
  }
}
