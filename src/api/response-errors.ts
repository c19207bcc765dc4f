// The errors that a response of the service becomes.

import {
  ApiError,
  type ApiErrorDetails,
  AuthenticationError,
  NotFoundError,
  RateLimitError,
} from '../errors/index.ts';
import { errorEnvelope, KEY_REFUSED_CODE } from '../internal/envelope.ts';
import { isKeyRefused, isTransientStatus } from '../internal/http-status.ts';
import { headersOf, MAX_REPLY_BYTES, parseJson } from '../internal/read-reply.ts';
import { type RetryAfter, readRetryAfter } from '../internal/retry-after.ts';
import { isUnknownRoute, serviceWords } from '../internal/service-words.ts';
import { bodyOf, duration, quote } from '../internal/text.ts';
import { failedTo, type Reply, type RequestSubject } from './api-request.ts';

/** The HTTP status that a response means: its own if it is an error, else that of its envelope's code. */
export function effectiveStatus(httpStatus: number, code: unknown, isCreate?: boolean): number {
  if (httpStatus >= 300) return httpStatus;
  const status = Number(code ?? Number.NaN);
  if (status === KEY_REFUSED_CODE) return 401;
  if (Number.isInteger(status) && status >= 400 && status < 600) return status;
  // A code that is not one of HTTP's refuses a create. For a poll it may be temporary: a wait that continues costs minutes,
  // one that ends a video.
  return isCreate ? 400 : 500;
}

/** What to do about it. */
function adviceOn(
  status: number,
  words: string | null,
  isCreate: boolean,
  retryAfter: number | null,
): string {
  if (isKeyRefused(status)) return 'Check the API key (option apiKey, or VIDEOS_API_KEY).';
  if (status === 404 || status === 410) {
    if (isUnknownRoute(String(words))) {
      return 'The service has no such route: check the path of baseUrl.';
    }
    return isCreate
      ? 'Check baseUrl and the model.'
      : 'Check the id. Tasks are kept for about a day: an older one is unknown.';
  }
  const pause = retryAfter ? ` after ${duration(retryAfter)}` : '';
  if (status === 429) {
    if (isCreate) return `Retry${pause || ' later'}: no task was created.`;
    return pause === '' ? 'Poll less often.' : `Retry${pause}, and poll less often.`;
  }
  if (isTransientStatus(status)) {
    return isCreate ? '' : `Try again${pause || ' later'}. The task itself is not affected.`;
  }
  return isCreate
    ? 'The same request will be refused again: correct it first.'
    : 'The same request will be refused again: check the id and the options.';
}

/** The service's own code: of the body, else of the `error` object in it. */
function codeOf(json: unknown): string | number | null {
  const body = Object(json);
  return (
    [body.code, Object(body.error).code].find(
      (code) => typeof code === 'string' || typeof code === 'number',
    ) ?? null
  );
}

function errorForStatus(status: number, message: string, details: ApiErrorDetails): ApiError {
  if (isKeyRefused(status)) return new AuthenticationError(message, details);
  if (status === 404 || status === 410) return new NotFoundError(message, details);
  if (status === 429) return new RateLimitError(message, details);
  return new ApiError(message, details);
}

/** The error that a response is, by its HTTP status or by the code of its envelope. */
export function apiError(request: RequestSubject, { response, text }: Reply): ApiError {
  const json = parseJson(text);
  const words = serviceWords(text, json);
  const isCreate = request.taskId === null;
  const code = errorEnvelope(json)?.code;
  const status = effectiveStatus(response.status, code, isCreate);
  const { retryAfter } = retryAfterOf(response, status);
  const what =
    response.status >= 300
      ? `${response.status} ${response.statusText ?? ''}`.trim()
      : `with code ${quote(code)}`;
  // Of a body that says nothing in words, its code is quoted.
  const said = words === null || what.endsWith(words) ? '' : `: ${words}`;
  return errorForStatus(
    status,
    `${failedTo(request)}the service answered ${what}${said}. ${adviceOn(status, words, isCreate, retryAfter)}`.trim(),
    {
      taskId: request.taskId,
      // What may have created a task must not be sent again.
      isTransient: isCreate ? status === 429 : isTransientStatus(status),
      status: response.status,
      code: codeOf(json),
      body: bodyOf(text, json),
      requestId: requestIdOf(response),
      retryAfter,
    },
  );
}

/** What is wrong with a reply that is not JSON. */
export function problemOf({ text, isTooLong }: Reply): string {
  if (isTooLong) return `it is over ${MAX_REPLY_BYTES / 2 ** 20} MiB`;
  return text.trim() === '' ? 'it is empty' : `it is not JSON: ${serviceWords(text, undefined)}`;
}

/** The error for a redirect that is not followed. */
export function redirectError(request: RequestSubject, response: Response, why: string): ApiError {
  return new ApiError(
    `${failedTo(request)}the service redirected the request ${why}. Set baseUrl to where the API is.`,
    {
      taskId: request.taskId,
      isTransient: false,
      status: response.status,
      code: null,
      body: null,
      requestId: requestIdOf(response),
      retryAfter: null,
    },
  );
}

export const requestIdOf = (response: Response) => headersOf(response).get('x-request-id');

/** `Retry-After` means something on a 429 and on a 503 only. */
function retryAfterOf(response: Response, status: number): RetryAfter {
  const isPausing = status === 429 || status === 503;
  return isPausing ? readRetryAfter(headersOf(response)) : { pause: 0, retryAfter: null };
}

/**
 * Milliseconds for which the client pauses after an error response. After a 429 without `Retry-After`, or with 0, that is as
 * long as the pause before the retry: an earlier request would only be refused again.
 */
export function pauseAfter({ response, text }: Reply, backOff: number): number {
  const status = effectiveStatus(response.status, errorEnvelope(parseJson(text))?.code);
  const { pause } = retryAfterOf(response, status);
  return status === 429 ? Math.max(pause, backOff) : pause;
}
