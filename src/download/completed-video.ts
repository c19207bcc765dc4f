// What is to be downloaded: a task or its id, and whether it has a file.

import { DownloadError } from '../errors/index.ts';
import { videoFailedError } from '../errors/video-failed-error.ts';
import { idText, quote } from '../internal/text.ts';
import { checkId } from '../options/task-id.ts';
import { type CompletedVideo, VIDEO_STATUSES, type Video } from '../video.ts';

/**
 * The id of what is to be downloaded.
 *
 * @param key - The API key, which no id may contain; `null` if it is not known.
 * @throws {@link TypeError} It is neither an id nor a task.
 */
export function idOf(videoOrId: string | Video, key: string | null): string {
  if (typeof videoOrId !== 'object' || videoOrId === null) {
    checkId(videoOrId, key);
    return videoOrId;
  }
  const { id, status, video_url } = videoOrId;
  checkId(id, key);
  if (!VIDEO_STATUSES.includes(status) || (status === 'completed' && typeof video_url !== 'string')) {
    throw new TypeError(
      `Invalid video: ${quote(videoOrId)}. Expected a task's id, or a task as getResult returns it.`,
    );
  }
  return id;
}

/**
 * The task, if it has a video to fetch.
 *
 * @param taskId - The caller's id for it: gateways have ids of their own.
 * @throws {@link VideoFailedError} The task ended `failed`. @throws {@link DownloadError} It has not ended.
 */
export function completedVideo(taskId: string, video: Video): CompletedVideo {
  if (video.status === 'completed') return video;
  if (video.status === 'failed') throw videoFailedError(taskId, video);
  throw new DownloadError(
    `Failed to download the video of task ${idText(taskId)}: there is none yet, the task is ${video.status}. Wait for it with waitForCompletion(${quote(taskId)}).`,
    { taskId, isTransient: true, url: null, status: null, receivedBytes: 0 },
  );
}
