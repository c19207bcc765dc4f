// Every error class, and the union that narrows by `name`.

import type {
  ApiError,
  AuthenticationError,
  ConnectionError,
  InvalidResponseError,
  NotFoundError,
  OutcomeUnknownError,
  RateLimitError,
  RequestTimeoutError,
} from './request-errors.ts';
import type { DownloadError, PollingFailedError, VideoFailedError, WaitTimeoutError } from './task-errors.ts';
import { hasBrand } from './videos-error.ts';

export {
  ApiError,
  type ApiErrorDetails,
  AuthenticationError,
  ConnectionError,
  InvalidResponseError,
  NotFoundError,
  OutcomeUnknownError,
  RateLimitError,
  RequestTimeoutError,
  type ResponseIssue,
} from './request-errors.ts';
export { DownloadError, PollingFailedError, VideoFailedError, WaitTimeoutError } from './task-errors.ts';
export { captureStack, VideosError } from './videos-error.ts';

/**
 * Every error of this package, discriminated by `name`.
 *
 * @category Errors
 */
export type AnyVideosError =
  | ApiError
  | AuthenticationError
  | NotFoundError
  | RateLimitError
  | ConnectionError
  | RequestTimeoutError
  | InvalidResponseError
  | OutcomeUnknownError
  | VideoFailedError
  | WaitTimeoutError
  | PollingFailedError
  | DownloadError;

/**
 * Whether `value` is an error of this package, or of another copy of it (ESM and CommonJS, two versions), where
 * `instanceof` is false. Then `value.name` narrows it to its class.
 *
 * @category Errors
 */
export function isVideosError(value: unknown): value is AnyVideosError {
  return hasBrand(value);
}
