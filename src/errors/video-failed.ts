// The error that a failed task becomes.

import { idText, quote } from '../internal/text.ts';
import type { FailedVideo } from '../video.ts';
import { VideoFailedError } from './index.ts';

/** The error that a failed task is. */
export function videoFailedError(taskId: string, video: FailedVideo): VideoFailedError {
  const [reason, advice] =
    video.error === null
      ? ['the service gave no reason', 'create a new task']
      : [quote(video.error), 'mend what is named, then create a new task'];
  return new VideoFailedError(
    `Failed to make the video of task ${idText(taskId)}: ${reason}. The task has ended, and waiting brings nothing: ${advice}.`,
    { taskId, video },
  );
}
