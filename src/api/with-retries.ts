// Repeats the attempts of one request after transient failures.

import pRetry from 'p-retry';
import { captureStack, RequestTimeoutError } from '../errors/index.ts';
import { abortReason, onAbort, throwIfAborted } from '../internal/abort.ts';
import { backOff, firstBackOff, retrySchedule } from '../internal/back-off.ts';
import { advanceTo, now } from '../internal/clock.ts';
import type { ApiRequest, RequestLimits } from './api-request.ts';
import type { RateLimitPause } from './rate-limit-pause.ts';
import type { RequestState } from './request-state.ts';

interface RetriedRequest<T> {
  readonly request: ApiRequest<T>;
  readonly limits: RequestLimits;
  readonly state: RequestState;
  /** The client's rate-limit pause: if it outlasts the request, no retry follows. */
  readonly pause: RateLimitPause;
  readonly attempt: () => Promise<T>;
}

/**
 * Makes attempts until one succeeds, fails permanently, or there are no more retries.
 *
 * @throws what the last attempt throws; `signal.reason` when aborted.
 */
export async function withRetries<T>(options: RetriedRequest<T>): Promise<T> {
  const { request, limits, state, pause, attempt } = options;
  const { signal, maxRetries } = limits;
  const first = firstBackOff();
  let willRetry = false;
  // p-retry adds a listener for each pause: the caller's signal gets one from all requests together.
  const stop = new AbortController();
  const stopListening = onAbort(signal, () => stop.abort(abortReason(signal)));
  // A signal of React Native has no such method, and p-retry calls it.
  stop.signal.throwIfAborted ??= () => throwIfAborted(stop.signal);
  try {
    throwIfAborted(signal);
    return await pRetry(
      async (number) => {
        // p-retry sleeps by itself.
        advanceTo(state.due);
        state.backOff = backOff(number, first);
        const value = await attempt().catch((error: unknown) => {
          throw request.toError?.(error, state.current) ?? error;
        });
        state.report(null, null);
        return value;
      },
      {
        retries: maxRetries,
        // One random draw for all pauses of a request, so that each can be reported before it begins.
        ...retrySchedule(first),
        signal: stop.signal,
        onFailedAttempt: ({ error, retriesLeft }) => {
          if (signal?.aborted) return;
          state.due = now() + state.backOff;
          willRetry = retriesLeft > 0 && request.isWorthRetrying(error) && isInTime(options);
          const retryIn = willRetry ? Math.max(state.backOff, Math.ceil(pause.remaining)) : null;
          state.report(error, retryIn);
          if (willRetry) limits.onPause?.();
        },
        // Not p-retry's own time limit: it makes two or three attempts within 3 ms of the deadline.
        shouldRetry: () => willRetry,
      },
    );
  } catch (error) {
    // p-retry wraps a reason that is not an Error.
    throwIfAborted(signal);
    // It was made in a timer: its stack does not show the caller.
    if (error instanceof RequestTimeoutError) captureStack(error);
    throw error;
  } finally {
    stopListening();
  }
}

/** Whether the next attempt is due before the deadline, and after no pause that the request cannot wait for. */
function isInTime({ limits: { deadline }, state, pause }: RetriedRequest<unknown>): boolean {
  return state.due <= (deadline ?? Number.POSITIVE_INFINITY) && !pause.outlasts(deadline);
}
