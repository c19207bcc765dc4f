// What one request remembers from attempt to attempt.

import type { Attempt } from '../options/attempt.ts';
import { reportAttempt, type StartedAttempt } from './report-attempt.ts';

export class RequestState {
  readonly #onAttempt: ((attempt: Attempt) => unknown) | undefined;
  /** Attempts that were sent. */
  sent = 0;
  /** The attempt that was sent last, until it has been reported. */
  current: StartedAttempt | undefined;
  /** Whether a second key has been requested, because the service refused the first. */
  hasRenewedKey = false;
  /** Milliseconds of back-off before the next attempt, if there is one. */
  backOff = 0;
  /** When the next attempt is due. */
  due = Number.NEGATIVE_INFINITY;

  constructor(onAttempt: ((attempt: Attempt) => unknown) | undefined) {
    this.#onAttempt = onAttempt;
  }

  /** Reports the attempt that was sent last, once. */
  report(error: unknown, retryIn: number | null): void {
    const { current } = this;
    this.current = undefined;
    if (current !== undefined) reportAttempt(this.#onAttempt, current, error, retryIn);
  }
}
