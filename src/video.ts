// What a task is: the types of the Video union.

/** Every status of a task, in the order in which a task passes through them. */
export const VIDEO_STATUSES = ['queued', 'processing', 'completed', 'failed'] as const;

/** `queued` → `processing` → `completed` or `failed`. */
export type VideoStatus = (typeof VIDEO_STATUSES)[number];

/** A task that waits for its turn. */
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

/** A task that is being worked on. */
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

/** A task whose video is ready. Save it soon: the URL expires. */
export interface CompletedVideo {
  /** The task's id, exactly as the create call returned it. */
  id: string;
  object: 'video';
  /** When the task was created: Unix time in seconds. */
  created: number | null;
  /** The model that made the video, e.g. `videos` or `videos_fast`. */
  model: string | null;
  status: 'completed';
  /** A temporary download URL (http or https), on another host than the service. Never send it the API key. */
  video_url: string;
  /** Seconds of video made. */
  actualDuration: number | null;
  error: null;
}

/** A task that ended without a video. */
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

/** A task, discriminated by `status`. Fields that the client does not know stay on the object as they came. */
export type Video = QueuedVideo | ProcessingVideo | CompletedVideo | FailedVideo;
