// Reports attempts, of the API and of files, to the option `onAttempt`.

import { isVideosError } from '../errors/index.ts';
import { now } from '../internal/clock.ts';
import { notify } from '../internal/notify.ts';
import { redactData } from '../internal/redact.ts';
import { bareUrl } from '../internal/url.ts';
import type { Attempt } from '../options/attempt.ts';

/** An attempt that is under way. */
export interface StartedAttempt
  extends Pick<Attempt, 'kind' | 'method' | 'url' | 'taskId' | 'attempt' | 'startTime'> {
  /** By `now()`. */
  readonly startedAt: number;
  /** The API key, which the report must not show. */
  readonly key: string | null;
  /** Both are known once there is a response. */
  status: number | null;
  requestId: string | null;
}

/** To be called when the request is sent. */
export function startAttempt(
  about: Pick<StartedAttempt, 'kind' | 'method' | 'url' | 'taskId' | 'attempt' | 'key'>,
): StartedAttempt {
  const url = bareUrl(about.url);
  return { ...about, url, startTime: Date.now(), startedAt: now(), status: null, requestId: null };
}

/**
 * To be called when the attempt has ended, and it is known whether another follows. What is not a `VideosError` is the
 * caller's abort or mistake, and not reported.
 *
 * @param retryIn - Milliseconds until the next attempt, or `null`.
 */
export function reportAttempt(
  onAttempt: ((attempt: Attempt) => unknown) | undefined,
  started: StartedAttempt,
  error: unknown,
  retryIn: number | null,
): void {
  if (onAttempt === undefined || (error !== null && !isVideosError(error))) return;
  const { startedAt, key, ...about } = started;
  // A service may repeat the key as its request's id.
  const shown = key === null ? about : redactData(about, key);
  notify(onAttempt, { ...shown, duration: now() - startedAt, retryIn, error });
}
