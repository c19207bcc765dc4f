// One request to the API, with all its attempts.

import type { ReplyText } from '../internal/read-reply.ts';

/** A response, and as much of its body as was read. */
export interface Reply extends ReplyText {
  readonly response: Response;
}

/** What is requested; `T` is what its reply is read as. */
export interface ApiRequest<T> {
  readonly method: 'GET' | 'POST';
  /** Below the base URL, with a leading slash. */
  readonly path: string;
  /** JSON; none for a GET. */
  readonly body?: string;
  /** `null` if there is no task yet. */
  readonly taskId: string | null;
  /** What it is for, as a message says it: `get the result of task video_1`. */
  readonly purpose: string;
  /** @throws {@link ApiError} @throws {@link InvalidResponseError} */
  readonly read: (reply: Reply, key: string | null) => T;
  /** What a failed attempt is for the caller: by default its error. `sent` is `undefined` if nothing was sent. */
  readonly toError?: (error: unknown, sent: SentAttempt | undefined) => unknown;
  /** Whether another attempt may follow this error. */
  readonly isWorthRetrying: (error: unknown) => boolean;
}

/** What is known of an attempt that was sent. */
export interface SentAttempt {
  /** Unix time in milliseconds. */
  readonly startTime: number;
  /** The HTTP status of its response; `null` if none came. */
  readonly status: number | null;
}

/** What messages need to know of a request. */
export type RequestSubject = Pick<ApiRequest<unknown>, 'taskId' | 'purpose'>;

/** What one request may cost. */
export interface RequestLimits {
  readonly signal: AbortSignal | undefined;
  /** Milliseconds that one attempt may take. */
  readonly timeout: number;
  readonly maxRetries: number;
  /** When the wait that the request belongs to ends; `undefined` for a single call. */
  readonly deadline: number | undefined;
  /** Milliseconds that it waits for a place; `undefined` for as long as it can. */
  readonly maxQueueing?: number | undefined;
  /** Called when it pauses before its next attempt. */
  readonly onPause: (() => void) | undefined;
}

/** How messages begin. */
export const failedTo = ({ purpose }: RequestSubject) => `Failed to ${purpose}: `;

/** The advice after a failure that leaves a task as it was. Empty for a create, whose advice depends on whether it was sent. */
export const unaffectedAdvice = ({ taskId }: RequestSubject, advice: string) =>
  taskId === null ? '' : ` The task itself is not affected. ${advice}`;
