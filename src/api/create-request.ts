// The request that creates a task, how its reply is read, and what its failure means.

import {
  ApiError,
  ConnectionError,
  InvalidResponseError,
  OutcomeUnknownError,
  RateLimitError,
  VideosError,
} from '../errors/index.ts';
import { CREATE_PATH } from '../internal/api-paths.ts';
import { errorEnvelope } from '../internal/envelope.ts';
import { parseJson } from '../internal/read-reply.ts';
import { redactData } from '../internal/redact.ts';
import { serviceWords } from '../internal/service-words.ts';
import { bodyOf } from '../internal/text.ts';
import type { Video } from '../video.ts';
import { type ApiRequest, failedTo, type Reply, type SentAttempt } from './api-request.ts';
import { isUnsent } from './is-unsent.ts';
import { connectionError } from './no-response-errors.ts';
import { readCreatedVideo } from './read-created-video.ts';
import { apiError, effectiveStatus, problemOf } from './response-errors.ts';

const SUBJECT = { taskId: null, purpose: 'create the video' };

/** Redirects after which nothing was created, because the request is to be made elsewhere. 303 says that it was handled. */
const MOVED = [301, 302, 307, 308];

/** A create, with the JSON of its request. */
export function createVideoRequest(body: string): ApiRequest<Video> {
  return { ...SUBJECT, method: 'POST', path: CREATE_PATH, body, read, toError, isWorthRetrying };
}

/** The new task: whatever has an id was paid for. @throws {@link ApiError} @throws {@link InvalidResponseError} */
function read(reply: Reply, key: string | null): Video {
  const { response, text, isTooLong } = reply;
  const { status } = response;
  if (status >= 300) throw apiError(SUBJECT, reply);
  const json = isTooLong ? undefined : parseJson(text);
  const video = readCreatedVideo(json);
  if (video !== null) {
    // As for a poll; but an id is never changed.
    return key === null || video.status === 'completed' ? video : { ...redactData(video, key), id: video.id };
  }
  if (errorEnvelope(json)) throw apiError(SUBJECT, reply);

  const words = serviceWords(text, json);
  const problem =
    json === undefined ? problemOf(reply) : `it has no id${words === null ? '' : ` (it says: ${words})`}`;
  throw new InvalidResponseError(`${failedTo(SUBJECT)}the reply cannot be read: ${problem}.`, {
    taskId: null,
    isTransient: false,
    status,
    body: bodyOf(text, json),
    issues: json === undefined ? [] : [{ message: problem }],
  });
}

/** Whether the response means that nothing was created. */
function isRefusal({ status, code }: ApiError): boolean {
  // Neither an error status nor a code: it came from another origin, or a browser hides what it is.
  if (status < 300 && code === null) return false;
  const meant = effectiveStatus(status, code, true);
  return MOVED.includes(meant) || (meant >= 400 && meant < 500 && meant !== 408);
}

/** Whether an attempt that failed with this error may have created a task. */
function mayHaveCreated(error: VideosError, { status }: SentAttempt): boolean {
  if (error instanceof ApiError) return !isRefusal(error);
  return !(status === null && isUnsent(error.cause));
}

function toError(failure: unknown, sent: SentAttempt | undefined): unknown {
  // A fetch that returned no response has sent the request all the same.
  const isNoResponse = failure instanceof TypeError && sent !== undefined;
  const error = isNoResponse ? connectionError(SUBJECT, 'no response', failure) : failure;
  if (!(error instanceof VideosError)) return error;
  if (sent === undefined || !mayHaveCreated(error, sent)) return withAdvice(error, sent);
  const advice =
    'A task may have been created and billed: check your account before you submit the request again.';
  return new OutcomeUnknownError(`${error.message} ${advice}`, { sentAt: sent.startTime, cause: error });
}

/** Adds the advice after a failure that cannot have created a task. The errors of responses have it already. */
function withAdvice(error: VideosError, sent: SentAttempt | undefined): VideosError {
  const { message, cause } = error;
  const check = sent === undefined ? 'apiKey function' : 'network and baseUrl';
  const advice = `Nothing was sent: try again; if it keeps failing, check the ${check}.`;
  return error instanceof ConnectionError
    ? new ConnectionError(`${message} ${advice}`, { taskId: null, cause })
    : error;
}

/** Only if no task was created, and the same request may succeed. */
function isWorthRetrying(error: unknown): boolean {
  return error instanceof RateLimitError || error instanceof ConnectionError;
}
