// One worker of a fleet: start any number of them on any number of machines, and kill any at any time.
// Reads REDIS_URL, VIDEOS_API_KEY, VIDEOS_BASE_URL, VIDEOS_FOLDER, POLLING (JSON) and POLLS_PER_SECOND.
import { DelayedError, type Job, RateLimitError, UnrecoverableError, Worker } from 'bullmq';
import {
  type AnyVideosError,
  decideAfterPoll,
  isVideosError,
  pollIntervals,
  type Video,
  VideosClient,
  WaitTimeoutError,
} from 'videos-client';
import { type SavedVideo, saveVideo } from 'videos-client/node';
import { createTask } from './create.ts';
import { openQueue, type VideoJob } from './queue.ts';

const client = new VideosClient();
const queue = openQueue();
const folder = `${process.env.VIDEOS_FOLDER ?? 'videos'}/`;
const polling = JSON.parse(process.env.POLLING ?? '{}');

/** Creates the task, or polls it. Then its video is saved, or the job sleeps in Redis and the worker is free. */
async function work(job: Job<VideoJob, SavedVideo>, token?: string): Promise<SavedVideo> {
  const { id, request, deadline, polls, failedPolls, history } = job.data;
  const isLast = Date.now() >= deadline;
  const next: VideoJob = { id, deadline, polls: polls + 1, failedPolls, ...(request && { request }) };
  try {
    if (id === null) {
      next.id = await createTask(client, queue, job);
      next.polls = 0;
      next.seen = 'queued';
    } else {
      // No retries here: the next poll is the retry, and any worker can make it.
      const video = await client.getResult(id, { maxRetries: 0 });
      if (video.status === 'completed' || video.status === 'failed') {
        // Throws VideoFailedError for a failed task. Overwrites what a worker saved just before it was killed.
        return await saveVideo(client, video, folder, { ifExists: 'overwrite' });
      }
      next.seen = video.status;
      next.history = decideAfterPoll(null, history).history;
      if (isLast) await fail(job, next, timedOut(job, next, video));
    }
  } catch (error) {
    if (!isVideosError(error)) throw error; // A full disk, for instance: free some space, then retry the job.
    const pause = 'retryAfter' in error ? error.retryAfter : null;
    if ((pause !== null || error.name === 'RateLimitError') && !isLast) {
      await queue.rateLimit(Math.ceil(Math.max(pause ?? 30_000, 1_000))); // Pauses all workers, not only this one.
      throw new RateLimitError();
    }
    // The same decision as in waitForCompletion; its counts are stored with the job.
    const decision = decideAfterPoll(error, history, { isNew: request !== undefined });
    next.seen = error.name;
    next.failedPolls = failedPolls + 1;
    next.history = decision.history;
    if (decision.action !== 'continue') await fail(job, next, error);
    if (isLast) await fail(job, next, id === null ? error : timedOut(job, next, null, error));
  }
  await job.updateData(next);
  await job.moveToDelayed(Math.min(Date.now() + pauseAfter(Math.max(0, next.polls - 1)), deadline), token);
  throw new DelayedError();
}

/** Ends the job, and stores why. */
async function fail(job: Job<VideoJob>, data: VideoJob, error: AnyVideosError): Promise<never> {
  await job.updateData({ ...data, error: error.toJSON() });
  throw new UnrecoverableError(error.message);
}

/** The deadline has passed; a failure that was tolerated until then is the cause. */
function timedOut(
  job: Job,
  { id, polls, failedPolls }: VideoJob,
  lastVideo: Video | null,
  cause?: AnyVideosError,
) {
  const message = `Task ${id} has not ended in time. It may still finish: retry its job, and never submit it again.`;
  const elapsed = Date.now() - job.timestamp;
  return new WaitTimeoutError(message, { taskId: String(id), lastVideo, elapsed, polls, failedPolls, cause });
}

/** The pause after this many polls, whichever workers made them. */
function pauseAfter(polls: number): number {
  const pauses = pollIntervals(polling);
  for (let i = 0; i < polls; i++) pauses.next();
  return pauses.next().value;
}

const worker = new Worker(queue.name, work, {
  connection: queue.opts.connection,
  concurrency: 16,
  // Redis counts for the whole fleet.
  limiter: { max: Number(process.env.POLLS_PER_SECOND ?? 20), duration: 1_000 },
  // The jobs of a killed worker are taken over within ten seconds, and none is blamed for it.
  lockDuration: 5_000,
  stalledInterval: 2_500,
  maxStalledCount: Number.MAX_SAFE_INTEGER,
  removeOnComplete: { age: 24 * 3_600 },
});
worker.on('ready', () => console.log(`Worker ${process.pid} is ready`));
worker.on('error', (error) => console.error(`Worker ${process.pid}: ${error.message}`));
process.once('SIGTERM', () => worker.close().then(() => queue.close()));
