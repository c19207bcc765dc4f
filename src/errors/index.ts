import type { FailedVideo, Video } from '../video.ts';

/** Shared by every copy of the package in a process, so that `isVideosError` holds where `instanceof` does not. */
const BRAND = Symbol.for('videos-client.error');

/** What every error is made of. */
interface Details<Name extends string> {
  name: Name;
  taskId: string | null;
  isTransient: boolean;
  cause?: unknown;
}

/** Writes the stack anew, from the caller of `above` on, where the engine can do so. */
export function captureStack(error: Error, above?: unknown): void {
  (Error as { captureStackTrace?: (error: Error, above: unknown) => void }).captureStackTrace?.(error, above);
}

/** The family's head: every error that a method throws, save wrong arguments and what is the caller's own. */
export abstract class VideosError extends Error {
  /** The class's name, literally: survives minification, and a second copy of the package. */
  declare readonly name: string;
  /** The task that was asked for; `null` where there is none (`parseVideo`). */
  readonly taskId: string | null;
  /** Whether the same call may succeed later. */
  readonly isTransient: boolean;

  constructor(message: string, { name, taskId, isTransient, cause }: Details<string>) {
    super(message, cause === undefined ? undefined : { cause });
    Object.defineProperty(this, 'name', { value: name, configurable: true, writable: true });
    Object.defineProperty(this, BRAND, { value: true });
    this.taskId = taskId;
    this.isTransient = isTransient;
    // V8 wrote the stack's first line when there was no name yet.
    captureStack(this, new.target);
  }

  /** For logs: `JSON.stringify` of a plain `Error` shows neither its name nor its message, nor what caused it. */
  toJSON(): Record<string, unknown> {
    const { name, message, cause } = this;
    return Object.assign<Record<string, unknown>, VideosError>({ name, message, cause: told(cause) }, this);
  }
}

/** What a log is told of a cause. What is foreign may have anything in it, be it without an end. */
function told(cause: unknown): unknown {
  if (isVideosError(cause) || typeof cause === 'string') return cause;
  if (!(cause instanceof Error)) return undefined;
  const { name, message, code } = cause as Error & { code?: unknown };
  return { name: String(name), message: String(message), code: typeof code === 'string' ? code : undefined };
}

/** What an `ApiError` carries of the service's answer. */
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

/** The service answered with an error: an HTTP status, or an envelope with a failing code. */
export class ApiError extends VideosError {
  declare readonly name: 'ApiError' | 'AuthenticationError' | 'NotFoundError' | 'RateLimitError';
  /** The HTTP status of the answer; 200 where the error came in an envelope. */
  readonly status: number;
  /** The service's own code as it was sent, or `null`. */
  readonly code: string | number | null;
  /** The answer's body: JSON; or text, cut at 4 KiB, where it is longer or not JSON. `null` where it is empty. */
  readonly body: unknown;
  /** The `x-request-id` header, or `null`. */
  readonly requestId: string | null;
  /** Milliseconds that the service asked to wait (`Retry-After`, RFC 9110 section 10.2.3), or `null`. */
  readonly retryAfter: number | null;

  constructor(message: string, details: ApiErrorDetails, name: ApiError['name'] = 'ApiError') {
    super(message, { ...details, name });
    this.status = details.status;
    this.code = details.code;
    this.body = details.body;
    this.requestId = details.requestId;
    this.retryAfter = details.retryAfter;
  }
}

/** 401 or 403: the service does not accept the API key. */
export class AuthenticationError extends ApiError {
  declare readonly name: 'AuthenticationError';
  constructor(message: string, details: ApiErrorDetails) {
    super(message, details, 'AuthenticationError');
  }
}

/** 404 or 410: the service does not know the task, or the route. */
export class NotFoundError extends ApiError {
  declare readonly name: 'NotFoundError';
  constructor(message: string, details: ApiErrorDetails) {
    super(message, details, 'NotFoundError');
  }
}

/** 429: too many requests. */
export class RateLimitError extends ApiError {
  declare readonly name: 'RateLimitError';
  constructor(message: string, details: ApiErrorDetails) {
    super(message, details, 'RateLimitError');
  }
}

/** No answer: DNS, refused, reset, cut off; or the `apiKey` function failed (then its error is the `cause`). */
export class ConnectionError extends VideosError {
  declare readonly name: 'ConnectionError';
  constructor(message: string, { taskId, cause }: { taskId: string | null; cause: unknown }) {
    super(message, { name: 'ConnectionError', taskId, isTransient: true, cause });
  }
}

/** One attempt took longer than `timeout`, the reading of its body included. */
export class RequestTimeoutError extends VideosError {
  declare readonly name: 'RequestTimeoutError';
  /** The limit of one attempt, in milliseconds. */
  readonly timeout: number;
  constructor(message: string, { taskId, timeout }: { taskId: string | null; timeout: number }) {
    super(message, { name: 'RequestTimeoutError', taskId, isTransient: true });
    this.timeout = timeout;
  }
}

/** One thing that is wrong with a reply; the shape that Standard Schema gives to issues. */
export interface ResponseIssue {
  readonly message: string;
  readonly path?: ReadonlyArray<PropertyKey> | undefined;
}

/** The reply is not JSON, over 1 MiB, or not what the service documents. */
export class InvalidResponseError extends VideosError {
  declare readonly name: 'InvalidResponseError';
  /** The HTTP status of the reply; `null` where no request was made (`parseVideo`). */
  readonly status: number | null;
  /** The reply: JSON; or text, cut at 4 KiB, where it is longer or not JSON. `null` where it is empty. */
  readonly body: unknown;
  /** What is wrong, field by field; empty where the reply is not JSON at all. */
  readonly issues: readonly ResponseIssue[];

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
    this.status = details.status;
    this.body = details.body;
    this.issues = details.issues;
  }
}

/** The task ended `failed`: there is no video, and waiting longer brings none. */
export class VideoFailedError extends VideosError {
  declare readonly name: 'VideoFailedError';
  /** The task as the service reported it; `video.error` says why it failed. */
  readonly video: FailedVideo;
  constructor(message: string, { taskId, video }: { taskId: string; video: FailedVideo }) {
    super(message, { name: 'VideoFailedError', taskId, isTransient: false });
    this.video = video;
  }
}

interface WaitDetails {
  taskId: string;
  lastVideo: Video | null;
  elapsed: number;
  cause?: unknown;
}

/** `maxWait` passed before the task ended. The task may still finish: wait again with the same id. */
export class WaitTimeoutError extends VideosError {
  declare readonly name: 'WaitTimeoutError';
  /** What the last good poll brought, or `null`. */
  readonly lastVideo: Video | null;
  /** Milliseconds since the wait began. */
  readonly elapsed: number;
  constructor(message: string, details: WaitDetails) {
    super(message, { ...details, name: 'WaitTimeoutError', isTransient: true });
    this.lastVideo = details.lastVideo;
    this.elapsed = details.elapsed;
  }
}

/** `maxFailures` polls in a row failed; the last failure is the `cause`. The task may still finish. */
export class PollingFailedError extends VideosError {
  declare readonly name: 'PollingFailedError';
  /** How many polls in a row have failed. */
  readonly failures: number;
  /** What the last good poll brought, or `null`. */
  readonly lastVideo: Video | null;
  /** Milliseconds since the wait began. */
  readonly elapsed: number;
  constructor(message: string, details: WaitDetails & { failures: number }) {
    super(message, { ...details, name: 'PollingFailedError', isTransient: true });
    this.failures = details.failures;
    this.lastVideo = details.lastVideo;
    this.elapsed = details.elapsed;
  }
}

/** The video's file could not be fetched. */
export class DownloadError extends VideosError {
  declare readonly name: 'DownloadError';
  /** Where the file was looked for, without the query (it may be a signature); `null` where there is no URL. */
  readonly url: string | null;
  /** The file server's last HTTP status, or `null` where none came. */
  readonly status: number | null;
  /** Bytes of the file that had arrived. */
  readonly receivedBytes: number;
  constructor(
    message: string,
    details: {
      taskId: string | null;
      isTransient: boolean;
      url: string | null;
      status: number | null;
      receivedBytes: number;
      cause?: unknown;
    },
  ) {
    super(message, { ...details, name: 'DownloadError' });
    this.url = details.url;
    this.status = details.status;
    this.receivedBytes = details.receivedBytes;
  }
}

/** Every error of the family, discriminated by `name`. */
export type AnyVideosError =
  | ApiError
  | AuthenticationError
  | NotFoundError
  | RateLimitError
  | ConnectionError
  | RequestTimeoutError
  | InvalidResponseError
  | VideoFailedError
  | WaitTimeoutError
  | PollingFailedError
  | DownloadError;

/**
 * Whether `value` is an error of this package, also of another copy of it (ESM beside CommonJS, two versions),
 * where `instanceof` would say no. Then `value.name` tells which.
 */
export function isVideosError(value: unknown): value is AnyVideosError {
  return typeof value === 'object' && value !== null && BRAND in value;
}
