// A time limit over a piece of work, which also ends with the caller's signal.

import { abortReason, onAbort } from './abort.ts';
import { advanceTo, now } from './clock.ts';

export interface TimeLimit {
  /** Aborts when the time is up, or with the caller's signal. */
  readonly signal: AbortSignal;
  /** Makes the error that the work ends with when the time is up. */
  timeoutError: () => Error;
  /** Called once the signal has aborted. A listener on it would cost every request more. */
  onEnd?: () => void;
}

/**
 * Runs a piece of work within a time limit. When the time is up or the caller aborts, the promise settles at once,
 * even if the work does not listen to its signal (a custom fetch, a function of the user's).
 *
 * @throws `signal.reason` when the caller aborts; `timeoutError()` when the time is up.
 */
export function withTimeLimit<T>(
  ms: number,
  signal: AbortSignal | undefined,
  timeoutError: () => Error,
  work: (limit: TimeLimit) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortReason(signal));

    const controller = new AbortController();
    const limit: TimeLimit = { signal: controller.signal, timeoutError };
    const end = (reason: unknown) => {
      // Not left to the work, which may never settle.
      forget();
      // Before the abort, so that what the work throws because of it is ignored.
      reject(reason);
      controller.abort(reason);
      limit.onEnd?.();
    };
    const due = now() + ms;
    const timer = setTimeout(() => {
      advanceTo(due);
      end(limit.timeoutError());
    }, ms);
    const stopListening = onAbort(signal, () => end(abortReason(signal)));
    const forget = () => {
      clearTimeout(timer);
      stopListening();
    };
    work(limit).then(resolve, reject).finally(forget);
  });
}
