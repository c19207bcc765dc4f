// The request for the state of a task, and how its reply is read.

import { InvalidResponseError, VideosError } from '../errors/index.ts';
import { resultPath } from '../internal/api-paths.ts';
import { errorEnvelope } from '../internal/envelope.ts';
import { parseJson } from '../internal/read-reply.ts';
import { redactData } from '../internal/redact.ts';
import { bodyOf, idText } from '../internal/text.ts';
import type { Video } from '../video.ts';
import { readVideo } from '../video-schema.ts';
import type { ApiRequest, Reply, RequestSubject } from './api-request.ts';
import { apiError, problemOf } from './response-errors.ts';

/** A request for the state of a task. */
export function getResultRequest(taskId: string): ApiRequest<Video> {
  const subject = { taskId, purpose: `get the result of task ${idText(taskId)}` };
  return {
    ...subject,
    method: 'GET',
    path: resultPath(taskId),
    read: (reply, key) => read(taskId, subject, reply, key),
    isWorthRetrying,
  };
}

/**
 * The state of a task.
 *
 * @throws {@link ApiError} The reply reports an error. @throws {@link InvalidResponseError} It is not what the service documents.
 */
function read(taskId: string, subject: RequestSubject, reply: Reply, key: string | null): Video {
  const { response, text, isTooLong } = reply;
  const { status } = response;
  if (status >= 300) throw apiError(subject, reply);

  const json = isTooLong ? undefined : parseJson(text);
  const body = bodyOf(text, json);
  if (json === undefined) {
    const problem = problemOf(reply);
    throw new InvalidResponseError(
      `Failed to read the reply for task ${idText(taskId)}: ${problem}. The task itself is not affected. Try again; if it keeps failing, check baseUrl.`,
      { taskId, isTransient: true, status, body, issues: isTooLong ? [{ message: problem }] : [] },
    );
  }
  if (errorEnvelope(json)) throw apiError(subject, reply);
  const video = readVideo(json, { taskId, status, body });
  // A task without a video may end up in an error, where no key belongs; a completed one is never changed.
  return key === null || video.status === 'completed' ? video : redactData(video, key);
}

/** A reply that breaks the contract, or is too long, would be the same a second later. */
function isWorthRetrying(error: unknown): boolean {
  if (!(error instanceof VideosError) || !error.isTransient) return false;
  return !(error instanceof InvalidResponseError) || error.issues.length === 0;
}
