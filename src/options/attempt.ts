// What is reported of one HTTP attempt.

import type { AnyVideosError } from '../errors/index.ts';

/**
 * One HTTP exchange, with its redirects, as the option `onAttempt` reports it. The API key is in none of it.
 *
 * @category Results
 */
export interface Attempt {
  /** Whether it went to the API, or to the host of a file. */
  readonly kind: 'api' | 'file';
  /** The HTTP method. */
  readonly method: string;
  /** The URL of the first request, without its query. */
  readonly url: string;
  /** The task that it was about; `null` if there is none yet. */
  readonly taskId: string | null;
  /** Counts from 1 within a request; for a file over the whole download, once per connection. */
  readonly attempt: number;
  /** The HTTP status, or `null` if no response came. */
  readonly status: number | null;
  /** The `x-request-id` header of the response, or `null`. */
  readonly requestId: string | null;
  /** When it began: Unix time in milliseconds. */
  readonly startTime: number;
  /** How long it took, in milliseconds: for the API until its body was read, for a file until its headers. */
  readonly duration: number;
  /** Milliseconds until the next attempt; `null` if there is none, or the pause is not known. */
  readonly retryIn: number | null;
  /** Why it failed, or `null`. */
  readonly error: AnyVideosError | null;
}
