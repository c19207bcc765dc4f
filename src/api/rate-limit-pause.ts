// A client's rate-limit pause.

import type { ApiError } from '../errors/index.ts';
import { MAX_SINGLE_PAUSE } from '../internal/back-off.ts';
import { clockEpoch, now } from '../internal/clock.ts';
import { sleep } from '../internal/sleep.ts';

/**
 * A point in time until which each request sleeps by itself: on Cloudflare Workers, no request may wake another.
 */
export class RateLimitPause {
  #until = 0;
  #epoch = 0;
  #cause: ApiError | undefined;

  /** Milliseconds that it still lasts, or 0. */
  get remaining(): number {
    // A pause on another clock is over: a test may have installed fake timers, or removed them.
    return clockEpoch() === this.#epoch ? Math.max(0, this.#until - now()) : 0;
  }

  /** The error of the response that began it, or the last one. */
  get cause(): ApiError | undefined {
    return this.#cause;
  }

  /** Begins a pause; one that lasts longer stays. @returns whether it is a new pause. */
  begin(ms: number, cause: ApiError): boolean {
    if (ms <= this.remaining) return false;
    this.#until = now() + ms;
    this.#epoch = clockEpoch();
    this.#cause = cause;
    return true;
  }

  /** Replaces the error made from a response's headers by the complete one, once the body has been read. */
  replaceCause(headersError: ApiError, cause: ApiError): void {
    if (this.#cause === headersError) this.#cause = cause;
  }

  /** Whether it lasts longer than a single call, or a wait with this deadline, can pause. */
  outlasts(deadline: number | undefined): boolean {
    return this.remaining > (deadline === undefined ? MAX_SINGLE_PAUSE : deadline - now());
  }

  /** Sleeps until it is due to end now; it may have become longer by then. @throws `signal.reason` when aborted. */
  sleep(signal: AbortSignal | undefined): Promise<void> {
    return sleep(Math.ceil(this.remaining), signal);
  }
}
