// The errors of a task, of a wait for it, and of its file.

import type { FailedVideo, Video } from '../video.ts';
import { VideosError } from './videos-error.ts';

/**
 * The task ended `failed`, or was cancelled: there is no video, and there will be none.
 *
 * @category Errors
 */
export class VideoFailedError extends VideosError {
  declare readonly name: 'VideoFailedError';
  /** The task as the service reported it; `video.error` says why it failed. */
  declare readonly video: FailedVideo;
  constructor(message: string, { taskId, video }: { taskId: string; video: FailedVideo }) {
    super(message, { name: 'VideoFailedError', taskId, isTransient: false, video });
  }
}

interface WaitDetails {
  taskId: string;
  lastVideo: Video | null;
  elapsed: number;
  polls: number;
  failedPolls: number;
  cause?: unknown;
}

/**
 * `maxWait` passed before the task ended. The task may still finish, and has been paid for: do not submit it again, wait
 * again with the same id.
 *
 * @category Errors
 */
export class WaitTimeoutError extends VideosError {
  declare readonly name: 'WaitTimeoutError';
  /** What the last successful poll returned, or `null`. */
  declare readonly lastVideo: Video | null;
  /** Milliseconds since the wait began. */
  declare readonly elapsed: number;
  /** How many polls were made, failed ones included. */
  declare readonly polls: number;
  /** How many of them failed. */
  declare readonly failedPolls: number;
  constructor(message: string, details: WaitDetails) {
    super(message, { ...details, name: 'WaitTimeoutError', isTransient: true });
  }
}

/**
 * `maxFailures` consecutive polls failed; the last failure is the `cause`. The task may still finish, and has been paid
 * for: do not submit it again, wait again with the same id.
 *
 * @category Errors
 */
export class PollingFailedError extends VideosError {
  declare readonly name: 'PollingFailedError';
  /** How many consecutive polls failed. */
  declare readonly failures: number;
  /** What the last successful poll returned, or `null`. */
  declare readonly lastVideo: Video | null;
  /** Milliseconds since the wait began. */
  declare readonly elapsed: number;
  /** How many polls were made, failed ones included. */
  declare readonly polls: number;
  /** How many of them failed. */
  declare readonly failedPolls: number;
  constructor(message: string, details: WaitDetails & { failures: number }) {
    super(message, { ...details, name: 'PollingFailedError', isTransient: true });
  }
}

/**
 * The video's file could not be fetched. Files are kept for 24 hours.
 *
 * @category Errors
 */
export class DownloadError extends VideosError {
  declare readonly name: 'DownloadError';
  /** The file's URL without its query, which may be a signature; `null` if there is no URL. */
  declare readonly url: string | null;
  /** The file server's last HTTP status, or `null` if none came. */
  declare readonly status: number | null;
  /** How many bytes of the file had arrived. */
  declare readonly receivedBytes: number;
  constructor(
    message: string,
    details: {
      taskId: string | null;
      isTransient: boolean;
      url: string | null;
      status: number | null;
      receivedBytes: number;
      cause?: unknown;
    },
  ) {
    super(message, { ...details, name: 'DownloadError' });
  }
}
