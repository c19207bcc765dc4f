// The one way in which this package pauses.

import { abortReason, onAbort } from './abort.ts';
import { advanceTo, now } from './clock.ts';

/** The longest delay of a timer (a signed 32-bit integer): with a longer one it fires at once. */
export const MAX_DELAY = 2 ** 31 - 1;

/**
 * Pauses.
 *
 * @param ms - Milliseconds, at least 0; `Infinity` for no end.
 * @throws `signal.reason`, at once, when the signal is aborted; no timer and no listener is left behind.
 */
export function sleep(ms: number, signal?: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortReason(signal));

    const step = Math.min(ms, MAX_DELAY);
    const due = now() + step;
    const timer = setTimeout(() => {
      advanceTo(due);
      stopListening();
      resolve(ms > step ? sleep(ms - step, signal) : undefined);
    }, step);
    const stopListening = onAbort(signal, () => {
      clearTimeout(timer);
      reject(abortReason(signal));
    });
  });
}
