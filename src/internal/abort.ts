/** Whom a signal's abort is told. */
class Audience extends Set<() => void> {
  readonly tellAll = () => {
    for (const tell of this) {
      this.delete(tell);
      tell();
    }
  };
}

/** One event listener per signal: Node warns of a leak at the eleventh, and a signal may stop a thousand waits. */
const audiences = new WeakMap<AbortSignal, Audience>();

/** Calls `tell` when the signal is aborted. Returns what takes that back, and must be called where it was not. */
export function onAbort(signal: AbortSignal | undefined, tell: () => void): () => void {
  if (signal === undefined) return () => {};
  const audience = audiences.get(signal) ?? new Audience();
  if (audience.size === 0) {
    audiences.set(signal, audience);
    signal.addEventListener('abort', audience.tellAll, { once: true });
  }
  audience.add(tell);
  return () => {
    audience.delete(tell);
    if (audience.size === 0) signal.removeEventListener('abort', audience.tellAll);
  };
}

/** Settles as the work does; or with `signal.reason`, at once, when that is aborted first. */
export function untilAbort<T>(work: PromiseLike<T> | T, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const forget = onAbort(signal, () => reject(signal?.reason));
    Promise.resolve(work).then(resolve, reject).finally(forget);
  });
}
