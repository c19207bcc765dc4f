// Reads the reply to a request for a task.

import { InvalidResponseError, VideosError } from '../errors/index.ts';
import { MAX_REPLY_BYTES, parseJson } from '../internal/body.ts';
import { errorEnvelope } from '../internal/envelope.ts';
import { redactData } from '../internal/redact.ts';
import { serviceWords } from '../internal/service-words.ts';
import { bodyOf, idText } from '../internal/text.ts';
import type { Video } from '../video.ts';
import { readVideo } from '../video-schema.ts';
import { getResultOf, type Reply } from './api-request.ts';
import { apiError } from './response-errors.ts';

/** What is wrong with a reply that is not JSON. */
export function problemOf({ text, isTooLong }: Reply): string {
  if (isTooLong) return `it is over ${MAX_REPLY_BYTES / 2 ** 20} MiB`;
  return text.trim() === '' ? 'it is empty' : `it is not JSON: ${serviceWords(text, undefined)}`;
}

/**
 * The state of a task.
 *
 * @throws {@link ApiError} the reply reports an error. @throws {@link InvalidResponseError} it is not what the service documents.
 */
export function readVideoReply(taskId: string, reply: Reply, key: string | null): Video {
  const { response, text, isTooLong } = reply;
  const { status } = response;
  if (status >= 300) throw apiError(getResultOf(taskId), reply);

  const json = isTooLong ? undefined : parseJson(text);
  const body = bodyOf(text, json);
  if (json === undefined) {
    const problem = problemOf(reply);
    throw new InvalidResponseError(
      `Failed to read the reply for task ${idText(taskId)}: ${problem}. The task itself is not affected. Try again; if it keeps failing, check baseUrl.`,
      { taskId, isTransient: true, status, body, issues: isTooLong ? [{ message: problem }] : [] },
    );
  }
  if (errorEnvelope(json)) throw apiError(getResultOf(taskId), reply);
  const video = readVideo(json, { taskId, status, body });
  // A video that has not come about may end up in an error; one that has is never changed.
  return key === null || video.status === 'completed' ? video : redactData(video, key);
}

/** A reply that breaks the contract, or is too long, would be the same a second later. */
export function isWorthRetrying(error: unknown): boolean {
  if (!(error instanceof VideosError) || !error.isTransient) return false;
  return !(error instanceof InvalidResponseError) || error.issues.length === 0;
}
