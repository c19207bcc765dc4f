import {
  ApiError,
  type ApiErrorDetails,
  AuthenticationError,
  InvalidResponseError,
  NotFoundError,
  RateLimitError,
} from '../errors/index.ts';
import { isTransientStatus } from '../internal/back-off.ts';
import { MAX_REPLY_BYTES, parseJson, type ReplyText } from '../internal/body.ts';
import { parseRetryAfter } from '../internal/retry-after.ts';
import { serviceWords } from '../internal/service-words.ts';
import { bodyOf, duration, idText, quote } from '../internal/text.ts';
import type { Video } from '../video.ts';
import { errorEnvelope, readVideo } from '../video-schema.ts';

/** An answer of the service: its head, and as much of its body as came. */
export interface Answer extends ReplyText {
  taskId: string;
  response: Response;
}

/** An error body and, before it, the `error` object in it: either may have the code. */
function layersOf(json: unknown): Record<string, unknown>[] {
  if (typeof json !== 'object' || json === null) return [];
  const body = json as Record<string, unknown>;
  return typeof body.error === 'object' && body.error !== null
    ? [body.error as Record<string, unknown>, body]
    : [body];
}

/** What to do about an error status. */
function adviceOn(status: number, retryAfter: number | null): string {
  if (status === 401 || status === 403) return 'Check the API key (option apiKey, or VIDEOS_API_KEY).';
  if (status === 404 || status === 410) return 'Check the id, and that baseUrl is right.';
  const pause = retryAfter ? duration(retryAfter) : null;
  if (status === 429) return `Ask less often${pause === null ? '' : `, and not again for ${pause}`}.`;
  return isTransientStatus(status)
    ? `The task itself is not affected. Ask again ${pause === null ? 'later' : `in ${pause}`}.`
    : 'The same request will be refused again: check the id and the options.';
}

/** The error that an answer is, by its HTTP status or by the code of its envelope. */
export function apiError({ taskId, response, text }: Answer): ApiError {
  const json = parseJson(text);
  const envelope = errorEnvelope(json);
  const envelopeCode = Number(envelope?.code);
  // This service refuses a key with 204.
  const envelopeStatus = envelopeCode === 204 ? 401 : envelopeCode;
  const isHttpCode = Number.isInteger(envelopeStatus) && envelopeStatus >= 400;
  // An error status says what it is; with 200, the envelope's code does. One that is not HTTP's may pass.
  const status = response.status >= 300 ? response.status : isHttpCode ? envelopeStatus : 500;

  const isPausing = status === 429 || status === 503;
  const retryAfter = isPausing ? parseRetryAfter(response.headers.get('retry-after')) : null;
  const words = serviceWords(text, json);
  const said =
    response.status >= 300 ? `${status} ${response.statusText}`.trim() : `code ${quote(envelope?.code)}`;
  const message = `Failed to get the result of task ${idText(taskId)}: the service answered ${said}${
    words === null ? '' : `: ${words}`
  }. ${adviceOn(status, retryAfter)}`;

  return create(status, message, {
    taskId,
    isTransient: isTransientStatus(status),
    status: response.status,
    code: codeOf(json),
    body: bodyOf(text, json),
    requestId: response.headers.get('x-request-id'),
    retryAfter,
  });
}

/** The service's own code: of the body, else of the `error` object in it. */
function codeOf(json: unknown): string | number | null {
  const codes = layersOf(json).map(({ code }) => code);
  return codes.reverse().find((code) => typeof code === 'string' || typeof code === 'number') ?? null;
}

function create(status: number, message: string, details: ApiErrorDetails): ApiError {
  if (status === 401 || status === 403) return new AuthenticationError(message, details);
  if (status === 404 || status === 410) return new NotFoundError(message, details);
  if (status === 429) return new RateLimitError(message, details);
  return new ApiError(message, details);
}

/** The error for a call that the service's earlier wish for a pause keeps from being sent. */
export function pausedError(taskId: string, earlier: ApiError, retryAfter: number): ApiError {
  const message = `Failed to get the result of task ${idText(taskId)}: not sent, because the service has asked for a pause (it answered ${earlier.status} to task ${idText(`${earlier.taskId}`)}). Ask again in ${duration(retryAfter)}.`;
  const { isTransient, status, code, body, requestId } = earlier;
  const details = { taskId, isTransient, status, code, body, requestId, retryAfter, cause: earlier };
  return earlier.name === 'RateLimitError'
    ? new RateLimitError(message, details)
    : new ApiError(message, details);
}

/** The error for a redirect that is not followed. */
export function redirectError({ taskId, response }: Omit<Answer, keyof ReplyText>, why: string): ApiError {
  return new ApiError(
    `Failed to get the result of task ${idText(taskId)}: the service redirected the request ${why}. Set baseUrl to where the API is.`,
    {
      taskId,
      isTransient: false,
      status: response.status,
      code: null,
      body: null,
      requestId: response.headers.get('x-request-id'),
      retryAfter: null,
    },
  );
}

/**
 * The task that an answer brings.
 *
 * @throws {ApiError} @throws {InvalidResponseError}
 */
export function readAnswer(answer: Answer): Video {
  const { taskId, response, text, isTooLong } = answer;
  if (response.status >= 300) throw apiError(answer);

  const json = isTooLong ? undefined : parseJson(text);
  const body = bodyOf(text, json);
  const { status } = response;
  if (json === undefined) {
    const problem = isTooLong
      ? `it is over ${MAX_REPLY_BYTES / 2 ** 20} MiB`
      : text.trim() === ''
        ? 'it is empty'
        : `it is not JSON: ${serviceWords(text, undefined)}`;
    throw new InvalidResponseError(
      `Failed to read the reply for task ${idText(taskId)}: ${problem}. The task itself is not affected. Ask again; if it goes on, check baseUrl.`,
      { taskId, isTransient: true, status, body, issues: isTooLong ? [{ message: problem }] : [] },
    );
  }
  if (errorEnvelope(json)) throw apiError(answer);
  return readVideo(json, { taskId, status, body });
}
