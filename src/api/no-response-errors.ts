// The errors of a request to which no complete response came.

import { ApiError, ConnectionError, RateLimitError, RequestTimeoutError } from '../errors/index.ts';
import { duration, idText, rootCauseMessage } from '../internal/text.ts';
import { failedTo, type RequestSubject, unaffectedAdvice } from './api-request.ts';

/** Milliseconds by which the limit of a wait's last attempt may be below `timeout` without a mention in its message. */
const NEGLIGIBLE = 100;

/** No response came, or not the whole of it. */
export function connectionError(
  request: RequestSubject,
  what: string,
  cause: unknown,
  check = 'network and baseUrl',
): ConnectionError {
  const advice = unaffectedAdvice(request, `Try again; if it keeps failing, check the ${check}.`);
  const message = `${failedTo(request)}${what} (${rootCauseMessage(cause)}).${advice}`;
  return new ConnectionError(message, { taskId: request.taskId, cause });
}

/** The attempt took too long: longer than `left`, which is less than `timeout` if waiting for a place used up the rest. */
export function attemptTimeoutError(
  request: RequestSubject,
  timeout: number,
  left: number,
): RequestTimeoutError {
  const [limit, option] =
    timeout - left > NEGLIGIBLE
      ? [`the ${duration(left)} that the wait had left`, 'maxWait']
      : [duration(timeout), 'the option timeout'];
  return new RequestTimeoutError(
    `${failedTo(request)}no complete response within ${limit}.${unaffectedAdvice(request, `Try again, or raise ${option}.`)}`,
    { taskId: request.taskId, timeout },
  );
}

/** The function that returns the key took too long. */
export function keyTimeoutError(request: RequestSubject, timeout: number, left: number): RequestTimeoutError {
  return new RequestTimeoutError(
    `${failedTo(request)}the apiKey function did not return within ${duration(left)}. Nothing was sent: try again; if it keeps failing, check the apiKey function.`,
    { taskId: request.taskId, timeout },
  );
}

/** No place came free in time. */
export function noPlaceError(
  request: RequestSubject,
  timeout: number,
  maxConcurrency: number,
): RequestTimeoutError {
  const advice =
    request.taskId === null
      ? ' No task was created. Raise maxConcurrency, or create fewer videos at a time.'
      : unaffectedAdvice(request, 'Raise maxWait or maxConcurrency, or wait for fewer tasks at a time.');
  return new RequestTimeoutError(
    `${failedTo(request)}not sent, because the client had ${maxConcurrency === 1 ? 'another request' : `${maxConcurrency} other requests`} in flight for too long.${advice}`,
    { taskId: request.taskId, timeout },
  );
}

/** The rate-limit pause is longer than the request can wait: `cause` is the error of the response that began it. */
export function pausedError(request: RequestSubject, cause: ApiError, remaining: number): ApiError {
  const about = cause.taskId === null ? '' : ` for task ${idText(cause.taskId)}`;
  const message = `${failedTo(request)}not sent, because of a rate-limit pause (the service answered ${cause.status}${about}). Retry after ${duration(remaining)}.`;
  const { isTransient, status, code, body, requestId } = cause;
  const { taskId } = request;
  const details = { taskId, isTransient, status, code, body, requestId, retryAfter: remaining, cause };
  return cause.name === 'RateLimitError'
    ? new RateLimitError(message, details)
    : new ApiError(message, details);
}
