import { DownloadError, VideoFailedError } from '../errors/index.ts';
import { quote, shorten } from '../internal/text.ts';
import type { GetResultOptions } from '../options/client-options.ts';
import { checkId } from '../options/settings.ts';
import { type CompletedVideo, type FailedVideo, VIDEO_STATUSES, type Video } from '../video.ts';

/** Whatever looks at a task. */
export interface Looker {
  getResult(id: string, options?: GetResultOptions): Promise<Video>;
}

/** The error that a failed task is. */
export function failure(taskId: string, video: FailedVideo): VideoFailedError {
  const [reason, advice] =
    video.error === null
      ? ['the service gave no reason', 'create a new task']
      : [quote(video.error), 'mend what is named, then create a new task'];
  return new VideoFailedError(
    `Failed to make the video of task ${shorten(taskId)}: ${reason}. The task has ended, and waiting brings nothing: ${advice}.`,
    { taskId, video },
  );
}

/** The id of what is to be downloaded. @throws {TypeError} where it is neither an id nor a task. */
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
 * The task that has a video to fetch; given an id, looks at it once.
 *
 * @throws {VideoFailedError} the task ended `failed`. @throws {DownloadError} it has not ended.
 */
export async function completedVideo(
  source: Looker,
  videoOrId: string | Video,
  signal?: AbortSignal | undefined,
): Promise<CompletedVideo> {
  const taskId = idOf(videoOrId);
  const video = typeof videoOrId === 'string' ? await source.getResult(taskId, { signal }) : videoOrId;
  if (video.status === 'completed') return video;
  if (video.status === 'failed') throw failure(taskId, video);
  throw new DownloadError(
    `Failed to download the video of task ${shorten(taskId)}: there is none yet, the task is ${video.status}. Wait for it with waitForCompletion(${quote(taskId)}).`,
    { taskId, isTransient: true, url: null, status: null, receivedBytes: 0 },
  );
}
