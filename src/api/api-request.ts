// One request to the API, with all its attempts.

import type { ReplyText } from '../internal/body.ts';
import { idText } from '../internal/text.ts';

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
  /** `null` where there is no task yet. */
  readonly taskId: string | null;
  /** What it is for, as messages say it: `get the result of task video_1`. */
  readonly purpose: string;
  /** @throws {ApiError} @throws {InvalidResponseError} */
  readonly read: (reply: Reply, key: string | null) => T;
  /** Whether another attempt may follow this error. */
  readonly isWorthRetrying: (error: unknown) => boolean;
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
  /** Called when it pauses before its next attempt. */
  readonly onPause: (() => void) | undefined;
}

/** How messages begin. */
export const failedTo = ({ purpose }: RequestSubject) => `Failed to ${purpose}: `;

/** What a failed request leaves as it was. */
export const unaffected = ({ taskId }: RequestSubject) =>
  taskId === null ? '' : ' The task itself is not affected.';

/** What a request for the state of a task is for. */
export const getResultOf = (taskId: string): RequestSubject => ({
  taskId,
  purpose: `get the result of task ${idText(taskId)}`,
});
