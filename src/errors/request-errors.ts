// The errors of one request to the service.

import { VideosError } from './videos-error.ts';

/** What an `ApiError` carries of the service's response. */
export interface ApiErrorDetails {
  taskId: string | null;
  isTransient: boolean;
  status: number;
  code: string | number | null;
  body: unknown;
  requestId: string | null;
  retryAfter: number | null;
  cause?: unknown;
}

/**
 * The service responded with an error: an HTTP status, or an envelope with a failing code. The message quotes the
 * service's own words.
 *
 * @category Errors
 */
export class ApiError extends VideosError {
  declare readonly name: 'ApiError' | 'AuthenticationError' | 'NotFoundError' | 'RateLimitError';
  /** The HTTP status of the response; 200 if the error came in an envelope. */
  declare readonly status: number;
  /** The service's own code as it was sent, or `null`. */
  declare readonly code: string | number | null;
  /** The body: JSON; or text, cut at 4 KiB, if it is longer or not JSON. `null` if it is empty. */
  declare readonly body: unknown;
  /** The `x-request-id` header, or `null`. */
  declare readonly requestId: string | null;
  /** `Retry-After` in milliseconds (RFC 9110, section 10.2.3); `null` if there is none, or it is not plausible. */
  declare readonly retryAfter: number | null;

  constructor(message: string, details: ApiErrorDetails, name: ApiError['name'] = 'ApiError') {
    super(message, { ...details, name });
  }
}

/**
 * The service refused the API key: 401, 403, or an envelope with the code 204.
 *
 * @category Errors
 */
export class AuthenticationError extends ApiError {
  declare readonly name: 'AuthenticationError';
  constructor(message: string, details: ApiErrorDetails) {
    super(message, details, 'AuthenticationError');
  }
}

/**
 * 404 or 410: the service does not know the task, or the route. Tasks are kept for about a day: an older id is unknown.
 * If the body says "No handler found", `baseUrl` is wrong.
 *
 * @category Errors
 */
export class NotFoundError extends ApiError {
  declare readonly name: 'NotFoundError';
  constructor(message: string, details: ApiErrorDetails) {
    super(message, details, 'NotFoundError');
  }
}

/**
 * 429: too many requests. `retryAfter` says when to try again, if the service sent that.
 *
 * @category Errors
 */
export class RateLimitError extends ApiError {
  declare readonly name: 'RateLimitError';
  constructor(message: string, details: ApiErrorDetails) {
    super(message, details, 'RateLimitError');
  }
}

/**
 * No response: DNS, refused, reset, cut off; or the `apiKey` function failed (its error is the `cause`).
 *
 * @category Errors
 */
export class ConnectionError extends VideosError {
  declare readonly name: 'ConnectionError';
  constructor(message: string, { taskId, cause }: { taskId: string | null; cause: unknown }) {
    super(message, { name: 'ConnectionError', taskId, isTransient: true, cause });
  }
}

/**
 * One attempt took longer than `timeout`, reading the body included.
 *
 * @category Errors
 */
export class RequestTimeoutError extends VideosError {
  declare readonly name: 'RequestTimeoutError';
  /** The limit of one attempt, in milliseconds. */
  declare readonly timeout: number;
  constructor(message: string, { taskId, timeout }: { taskId: string | null; timeout: number }) {
    super(message, { name: 'RequestTimeoutError', taskId, isTransient: true, timeout });
  }
}

/**
 * One problem of a reply, as Standard Schema describes issues.
 *
 * @category Errors
 */
export interface ResponseIssue {
  /** What was expected, and what came. */
  readonly message: string;
  /** The field. */
  readonly path?: ReadonlyArray<PropertyKey> | undefined;
  /** Set if a task is completed and has no usable `video_url`: it may still come, or the file has been deleted. */
  readonly code?: 'missing_video_url' | undefined;
}

/**
 * The reply is not JSON, over 1 MiB, or not a task as the service documents it.
 *
 * @category Errors
 */
export class InvalidResponseError extends VideosError {
  declare readonly name: 'InvalidResponseError';
  /** The HTTP status of the reply; `null` if no request was made (`parseVideo`). */
  declare readonly status: number | null;
  /** The reply: JSON; or text, cut at 4 KiB, if it is longer or not JSON. `null` if it is empty. */
  declare readonly body: unknown;
  /** What is wrong, field by field; empty if the reply is not JSON. */
  declare readonly issues: readonly ResponseIssue[];

  constructor(
    message: string,
    details: {
      taskId: string | null;
      isTransient: boolean;
      status: number | null;
      body: unknown;
      issues: readonly ResponseIssue[];
      cause?: unknown;
    },
  ) {
    super(message, { ...details, name: 'InvalidResponseError' });
  }
}

/**
 * A create was sent, and no response came that says whether there is a task: one may have been made and billed. Check
 * your account before submitting the request again.
 *
 * @category Errors
 */
export class OutcomeUnknownError extends VideosError {
  declare readonly name: 'OutcomeUnknownError';
  declare readonly taskId: null;
  /** When the request was sent: Unix time in milliseconds. */
  declare readonly sentAt: number;

  constructor(message: string, { sentAt, cause }: { sentAt: number; cause: unknown }) {
    super(message, { name: 'OutcomeUnknownError', taskId: null, isTransient: false, sentAt, cause });
  }
}
