// Makes the error for a task that has failed.

import { idText, quote } from '../internal/text.ts';
import type { FailedVideo } from '../video.ts';
import { VideoFailedError } from './index.ts';

export function videoFailedError(taskId: string, video: FailedVideo): VideoFailedError {
  const [reason, advice] =
    video.error === null
      ? ['the service gave no reason', 'Create a new task']
      : [quote(video.error), 'Fix the reported problem, then create a new task'];
  return new VideoFailedError(
    `Failed to make the video of task ${idText(taskId)}: ${reason}. The task has ended. ${advice}.`,
    { taskId, video },
  );
}
