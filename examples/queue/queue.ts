// What web servers share with the workers: the queue, and what it stores about a task.
import { Queue } from 'bullmq';
import type { CreateVideoRequest, PollHistory } from 'videos-client';
import type { SavedVideo } from 'videos-client/node';

/** The data of a job: all that a worker needs to continue where another one stopped. */
export interface VideoJob {
  /** The task's id; `null` until it is created. */
  id: string | null;
  /** What the task is created from, if the job begins with that. */
  request?: CreateVideoRequest;
  /** When the last poll is made: Unix time in milliseconds. */
  deadline: number;
  /** Polls so far: they select the next pause. */
  polls: number;
  /** How many of them failed. */
  failedPolls: number;
  /** What decides whether a failed poll is tolerated. */
  history?: PollHistory;
  /** The result of the latest poll: the task's status, or the name of the error. */
  seen?: string;
  /** Why the job has failed: a `VideosError`, field by field. */
  error?: Record<string, unknown>;
}

export function openQueue(url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379') {
  return new Queue<VideoJob, SavedVideo>('videos', { connection: { url } });
}

/** The id of a job: `queue.getJob(jobId(order))`. BullMQ accepts neither digits alone nor ":". */
export const jobId = (name: string) => `video-${encodeURIComponent(name)}`;

/**
 * Requests a new video. One order is one job and at most one task, however often it is requested.
 *
 * @param order - What the video is requested for: the number of an order, for instance.
 */
export function generateVideo(
  queue: ReturnType<typeof openQueue>,
  order: string,
  request: CreateVideoRequest,
  maxWait = 1_800_000,
) {
  const deadline = Date.now() + maxWait;
  return queue.add(
    'video',
    { id: null, request, deadline, polls: 0, failedPolls: 0 },
    { jobId: jobId(order) },
  );
}

/** Requests the video of a task that exists. One task is one job, however often it is requested. */
export function requestVideo(queue: ReturnType<typeof openQueue>, id: string, maxWait = 1_800_000) {
  const deadline = Date.now() + maxWait;
  return queue.add('video', { id, deadline, polls: 0, failedPolls: 0 }, { jobId: jobId(id) });
}
