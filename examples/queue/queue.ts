// What those who ask for videos share with those who wait for them: the queue, and what it keeps of a task.
import { Queue } from 'bullmq';
import type { SavedVideo } from 'videos-client/node';

/** The data of a job: all that a worker needs to go on where another one stopped. */
export interface Waiting {
  id: string;
  /** When the last look is made: Unix time in milliseconds. */
  deadline: number;
  /** Looks so far: they select the next pause. */
  polls: number;
  /** Failed looks in a row. */
  failures: number;
  /** What the latest look saw: the task's status, or the name of its error. */
  seen?: string;
  /** Why the job has failed: a `VideosError`, field for field. */
  error?: Record<string, unknown>;
}

export function openQueue(url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379') {
  return new Queue<Waiting, SavedVideo>('videos', { connection: { url } });
}

/** Where a task's job is found: `queue.getJob(jobId(id))`. BullMQ takes neither bare digits nor ":" as they are. */
export const jobId = (id: string) => `task-${encodeURIComponent(id)}`;

/** Asks for a task's video. Asking twice waits once: one task is one job. */
export function askFor(queue: ReturnType<typeof openQueue>, id: string, maxWait = 1_800_000) {
  return queue.add(
    'video',
    { id, deadline: Date.now() + maxWait, polls: 0, failures: 0 },
    { jobId: jobId(id) },
  );
}
