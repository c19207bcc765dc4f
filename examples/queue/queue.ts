// What web servers share with the workers: the queue, and what it stores about a task.
import { Queue } from 'bullmq';
import type { PollHistory } from 'videos-client';
import type { SavedVideo } from 'videos-client/node';

/** The data of a job: all that a worker needs to continue where another one stopped. */
export interface VideoJob {
  id: string;
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

/** The id of a task's job: `queue.getJob(jobId(id))`. BullMQ accepts neither digits alone nor ":". */
export const jobId = (id: string) => `task-${encodeURIComponent(id)}`;

/** Requests a task's video. One task is one job, however often it is requested. */
export function requestVideo(queue: ReturnType<typeof openQueue>, id: string, maxWait = 1_800_000) {
  return queue.add(
    'video',
    { id, deadline: Date.now() + maxWait, polls: 0, failedPolls: 0 },
    { jobId: jobId(id) },
  );
}
