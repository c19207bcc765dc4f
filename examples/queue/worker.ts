// One worker of a fleet: start any number of them on any number of machines, and kill any at any time.
// Reads REDIS_URL, VIDEOS_API_KEY, VIDEOS_BASE_URL, VIDEOS_FOLDER, POLLING (JSON) and LOOKS_PER_SECOND.
import { DelayedError, type Job, RateLimitError, UnrecoverableError, Worker } from 'bullmq';
import { isVideosError, pollIntervals, VideosClient, WaitTimeoutError } from 'videos-client';
import { type SavedVideo, saveVideo } from 'videos-client/node';
import { openQueue, type Waiting } from './queue.ts';

const client = new VideosClient();
const queue = openQueue();
const folder = `${process.env.VIDEOS_FOLDER ?? 'videos'}/`;
const polling = JSON.parse(process.env.POLLING ?? '{}');
const maxFailures = 10;

/** One look at the task. Then its video is saved, or the job sleeps in Redis and the worker is free. */
async function look(job: Job<Waiting, SavedVideo>, token?: string): Promise<SavedVideo> {
  const { id, deadline, polls, failures } = job.data;
  const next: Waiting = { id, deadline, polls: polls + 1, failures: 0 };
  const isLast = Date.now() >= deadline;
  try {
    // No retries in here: the next look is the retry, and any worker may make it.
    const video = await client.getResult(id, { maxRetries: 0 });
    if (video.status === 'completed' || video.status === 'failed') {
      // Throws a failed task's VideoFailedError. Overwrites what a worker may have saved just before it died.
      return await saveVideo(client, video, folder, { ifExists: 'overwrite' });
    }
    if (isLast) {
      const message = `Task ${id} is late. It may still end: retry its job, never submit the task again.`;
      const elapsed = Date.now() - job.timestamp;
      throw new WaitTimeoutError(message, {
        taskId: id,
        lastVideo: video,
        elapsed,
        polls: polls + 1,
        failedPolls: 0,
      });
    }
    next.seen = video.status;
  } catch (error) {
    if (!isVideosError(error)) throw error; // A full disk, say: mend it, then retry the job.
    const pause = 'retryAfter' in error ? error.retryAfter : null;
    if ((pause !== null || error.name === 'RateLimitError') && !isLast) {
      await queue.rateLimit(Math.ceil(Math.max(pause ?? 30_000, 1_000))); // All workers pause, not this one alone.
      throw new RateLimitError();
    }
    next.failures = failures + 1;
    next.seen = error.name;
    if (isLast || !error.isTransient || next.failures >= maxFailures) {
      await job.updateData({ ...next, error: error.toJSON() });
      throw new UnrecoverableError(error.message);
    }
  }
  await job.updateData(next);
  await job.moveToDelayed(Math.min(Date.now() + pauseAfter(polls), deadline), token);
  throw new DelayedError();
}

/** The pause after this many polls, whichever workers made them. */
function pauseAfter(polls: number): number {
  const pauses = pollIntervals(polling);
  for (let i = 0; i < polls; i++) pauses.next();
  return pauses.next().value;
}

const worker = new Worker(queue.name, look, {
  connection: queue.opts.connection,
  concurrency: 16,
  // Redis counts for the whole fleet.
  limiter: { max: Number(process.env.LOOKS_PER_SECOND ?? 20), duration: 1_000 },
  // A dead worker's jobs are taken up within ten seconds, and are not to blame for its death.
  lockDuration: 5_000,
  stalledInterval: 2_500,
  maxStalledCount: Number.MAX_SAFE_INTEGER,
  removeOnComplete: { age: 24 * 3_600 },
});
worker.on('ready', () => console.log(`Worker ${process.pid} is ready`));
worker.on('error', (error) => console.error(`Worker ${process.pid}: ${error.message}`));
process.once('SIGTERM', () => worker.close().then(() => queue.close()));
