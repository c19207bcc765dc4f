// The errors of a wait that ends before its task: what was seen, and how to resume.

import { type AnyVideosError, PollingFailedError, WaitTimeoutError } from '../errors/index.ts';
import { duration, idText, quote } from '../internal/text.ts';
import type { Video } from '../video.ts';

/** What a wait has seen. */
export interface Seen {
  readonly taskId: string;
  readonly maxWait: number;
  readonly lastVideo: Video | null;
  /** Why the last poll failed, or `null` if it succeeded. */
  readonly lastError: AnyVideosError | null;
  /** Consecutive failed polls. */
  readonly failures: number;
  readonly elapsed: number;
  readonly polls: number;
  readonly failedPolls: number;
}

/** `maxWait` has passed. */
export function waitTimeoutError(seen: Seen): WaitTimeoutError {
  const { taskId, maxWait, lastVideo, lastError, elapsed, polls, failedPolls } = seen;
  const cause = lastError ?? undefined;
  const status = lastVideo === null ? 'its status is not known' : `it was still ${lastVideo.status}`;
  const reason = cause === undefined ? '' : ` Last error: ${cause.message}`;
  return new WaitTimeoutError(
    `${start(taskId)}${status} after ${duration(elapsed)} (maxWait is ${duration(maxWait)}). ${count(seen)}.${reason} ${howToResume(taskId)}`,
    { taskId, lastVideo, elapsed, polls, failedPolls, cause },
  );
}

/** `maxFailures` polls in a row have failed. */
export function pollingFailedError(seen: Seen, cause: AnyVideosError): PollingFailedError {
  const { taskId, lastVideo, elapsed, polls, failedPolls, failures } = seen;
  const what = failures === 1 ? '1 poll failed' : `${failures} consecutive polls failed`;
  const status =
    lastVideo === null ? 'Its status is not known' : `Its last known status is ${lastVideo.status}`;
  return new PollingFailedError(
    `${start(taskId)}${what}. Last error: ${cause.message} ${status}. ${count(seen)} in ${duration(elapsed)}. ${howToResume(taskId)}`,
    { taskId, failures, lastVideo, elapsed, polls, failedPolls, cause },
  );
}

const start = (taskId: string) => `Failed to wait for task ${idText(taskId)} to end: `;

/** `7 polls were made (2 failed)` */
function count({ polls, failedPolls }: Seen): string {
  const failed = failedPolls === 0 ? 'none' : failedPolls;
  return `${polls === 1 ? '1 poll was' : `${polls} polls were`} made (${failed} failed)`;
}

function howToResume(taskId: string): string {
  return `The task may still finish, and it has been paid for: do not submit it again. Resume with waitForCompletion(${quote(taskId)}), later or with a longer maxWait.`;
}
