// Abort signals: one listener for each signal, however many callbacks it has; signals without the newer methods, too.

interface Listeners {
  callbacks: Set<() => void>;
  listener: () => void;
}

const nothing = () => {};

const registry = new WeakMap<AbortSignal, Listeners>();

function listen(signal: AbortSignal): Listeners {
  const callbacks = new Set<() => void>();
  const listener = () => {
    registry.delete(signal);
    for (const callback of callbacks) callback();
  };
  signal.addEventListener('abort', listener, { once: true });
  const listeners = { callbacks, listener };
  registry.set(signal, listeners);
  return listeners;
}

/**
 * Calls back when the signal is aborted; returns a function that removes the callback. All waits that share a signal share
 * one listener: Node warns of a leak from the eleventh on.
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined) return nothing;
  const listeners = registry.get(signal) ?? listen(signal);
  listeners.callbacks.add(callback);
  return () => {
    listeners.callbacks.delete(callback);
    if (listeners.callbacks.size > 0 || registry.get(signal) !== listeners) return;
    registry.delete(signal);
    signal.removeEventListener('abort', listeners.listener);
  };
}

/** Why a signal was aborted; the signals of older polyfills do not say. */
export function abortReason(signal: AbortSignal | undefined): unknown {
  return signal?.reason === undefined
    ? new DOMException('The operation was aborted.', 'AbortError')
    : signal.reason;
}

/** @throws the reason, when the signal is aborted. Older signals have no such method. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortReason(signal);
}

/** Settles as the work does; or with `signal.reason`, at once, when that is aborted first. */
export function untilAbort<T>(work: PromiseLike<T> | T, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const stopListening = onAbort(signal, () => reject(abortReason(signal)));
    if (signal?.aborted) {
      stopListening();
      reject(abortReason(signal));
    }
    // Also after an abort: an unhandled rejection would end the process.
    Promise.resolve(work).then(resolve, reject).finally(stopListening);
  });
}
