import { abortReason, onAbort } from './abort.ts';

/** The longest delay that timers hold (a signed 32-bit integer): beyond it they fire at once. */
export const MAX_DELAY = 2 ** 31 - 1;

/**
 * The one pause of this package.
 *
 * @param ms - Milliseconds, at least 0; `Infinity` for ever.
 * @throws `signal.reason`, at once, when the signal is aborted; no timer and no listener is left behind.
 */
export function sleep(ms: number, signal?: AbortSignal | undefined): Promise<void> {
  // Most pauses are of this kind, and thousands of them at once must weigh little: no closure but the promise's own.
  if (signal === undefined && ms <= MAX_DELAY) return new Promise((resolve) => void setTimeout(resolve, ms));
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortReason(signal));

    const step = Math.min(ms, MAX_DELAY);
    const timer = setTimeout(() => {
      stopListening();
      resolve(ms > step ? sleep(ms - step, signal) : undefined);
    }, step);
    const stopListening = onAbort(signal, () => {
      clearTimeout(timer);
      reject(abortReason(signal));
    });
  });
}
