// The completed task whose file is to be fetched.

import { DownloadError } from '../errors/index.ts';
import { videoFailedError } from '../errors/video-failed-error.ts';
import { idText, quote } from '../internal/text.ts';
import { checkId } from '../options/task-id.ts';
import type { VideoSource } from '../options/video-source.ts';
import { type CompletedVideo, VIDEO_STATUSES, type Video } from '../video.ts';

/** The id of what is to be downloaded. @throws {@link TypeError} where it is neither an id nor a task. */
export function idOf(videoOrId: string | Video): string {
  if (typeof videoOrId !== 'object' || videoOrId === null) {
    checkId(videoOrId);
    return videoOrId;
  }
  const { id, status, video_url } = videoOrId;
  checkId(id);
  if (!VIDEO_STATUSES.includes(status) || (status === 'completed' && typeof video_url !== 'string')) {
    throw new TypeError(
      `Invalid video: ${quote(videoOrId)}. Expected a task's id, or a task as getResult returns it.`,
    );
  }
  return id;
}

/**
 * The task that has a video to fetch; given an id, fetches the task once.
 *
 * @throws {@link VideoFailedError} the task ended `failed`. @throws {@link DownloadError} it has not ended.
 */
export async function completedVideo(
  source: VideoSource,
  videoOrId: string | Video,
  signal?: AbortSignal | undefined,
): Promise<CompletedVideo> {
  const taskId = idOf(videoOrId);
  const video = typeof videoOrId === 'string' ? await source.getResult(taskId, { signal }) : videoOrId;
  if (video.status === 'completed') return video;
  if (video.status === 'failed') throw videoFailedError(taskId, video);
  throw new DownloadError(
    `Failed to download the video of task ${idText(taskId)}: there is none yet, the task is ${video.status}. Wait for it with waitForCompletion(${quote(taskId)}).`,
    { taskId, isTransient: true, url: null, status: null, receivedBytes: 0 },
  );
}
