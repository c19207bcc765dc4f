// The types of a task: the Video union.

/** Every status, in the order in which a task goes through them. */
export const VIDEO_STATUSES = ['queued', 'processing', 'completed', 'failed'] as const;

/**
 * `queued` → `processing` → `completed` or `failed`.
 *
 * @category Results
 */
export type VideoStatus = (typeof VIDEO_STATUSES)[number];

/**
 * A task that waits to be processed.
 *
 * @category Results
 */
export interface QueuedVideo {
  /** The task's id, exactly as the create call returned it. */
  id: string;
  object: 'video';
  /** When the task was created: Unix time in seconds. */
  created: number | null;
  /** The model that makes the video, e.g. `videos` or `videos_fast`. */
  model: string | null;
  status: 'queued';
  video_url: null;
  actualDuration: null;
  error: null;
}

/**
 * A task that is being processed.
 *
 * @category Results
 */
export interface ProcessingVideo {
  /** The task's id, exactly as the create call returned it. */
  id: string;
  object: 'video';
  /** When the task was created: Unix time in seconds. */
  created: number | null;
  /** The model that makes the video, e.g. `videos` or `videos_fast`. */
  model: string | null;
  status: 'processing';
  video_url: null;
  actualDuration: null;
  error: null;
}

/**
 * A task whose video is ready. Save it within 24 hours, when the file and its URL expire; after about a day the service
 * may not know the id either.
 *
 * @category Results
 */
export interface CompletedVideo {
  /** The task's id, exactly as the create call returned it. */
  id: string;
  object: 'video';
  /** When the task was created: Unix time in seconds. */
  created: number | null;
  /** The model that made the video, e.g. `videos` or `videos_fast`. */
  model: string | null;
  status: 'completed';
  /** A temporary download URL (http or https), valid for 24 hours, on another host: never send it the API key. */
  video_url: string;
  /** Seconds of video made. */
  actualDuration: number | null;
  error: null;
}

/**
 * A task that ended without a video; one that was cancelled, too.
 *
 * @category Results
 */
export interface FailedVideo {
  /** The task's id, exactly as the create call returned it. */
  id: string;
  object: 'video';
  /** When the task was created: Unix time in seconds. */
  created: number | null;
  /** The model that was asked for the video, e.g. `videos` or `videos_fast`. */
  model: string | null;
  status: 'failed';
  video_url: null;
  actualDuration: null;
  /** Why it failed, in the service's words. */
  error: string | null;
}

/**
 * A task, discriminated by `status`. Unknown fields of the service are preserved unchanged.
 *
 * @category Results
 */
export type Video = QueuedVideo | ProcessingVideo | CompletedVideo | FailedVideo;
