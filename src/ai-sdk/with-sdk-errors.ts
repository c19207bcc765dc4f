// The errors of a model: the AI SDK's own, with this package's as their cause.

import { APICallError } from '@ai-sdk/provider';
import { resultPath } from '../internal/api-paths.ts';

/** What an error says about the call. */
interface Call {
  readonly baseUrl: string;
  /** Where the call's first request goes, or would have gone. */
  readonly path: string;
  /** What was asked for. */
  readonly values: unknown;
  readonly signal: AbortSignal | undefined;
}

/** What the errors of this package say; a wrong argument says nothing but its message. */
interface Failure {
  readonly message: string;
  readonly taskId?: string | null;
  /** Of a file, without its query. */
  readonly url?: string;
  readonly status?: number | null;
  readonly body?: unknown;
}

/**
 * Does the work. It rejects with an `APICallError`, or with the caller's own abort reason.
 *
 * The AI SDK repeats a call whose error is marked as retryable. None is: a create may have been billed, and a request for
 * a status has been retried already.
 */
export async function withSdkErrors<T>(call: Call, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { signal } = call;
    if (signal?.aborted && error === signal.reason) throw error;
    const { message, status, body } = error as Failure;
    throw new APICallError({
      message,
      url: urlOf(error as Failure, call),
      requestBodyValues: call.values,
      cause: error,
      isRetryable: false,
      ...(typeof status === 'number' && { statusCode: status }),
      ...(body !== undefined && { responseBody: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }
}

/** The URL of the file, of the task, or of the create. */
function urlOf({ url, taskId }: Failure, { baseUrl, path }: Call): string {
  if (url !== undefined) return url;
  return baseUrl + (typeof taskId === 'string' ? resultPath(taskId) : path);
}
