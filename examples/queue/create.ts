// Creates the task of a job at most once, even if its worker is killed: a create is billed.
import type { Job, Queue } from 'bullmq';
import { isVideosError, OutcomeUnknownError, type VideosClient } from 'videos-client';
import type { VideoJob } from './queue.ts';

/** Where it is stored that the task of a job is about to be created, and since when. */
const intentsOf = (queue: Queue) => queue.toKey('creating');

/**
 * Creates the task, and returns its id. The intent is stored before the request is sent, and only one worker can store it.
 * A worker that finds it, but no id, cannot know whether there is a task: the job ends in the failed set, for a person to
 * check the account, and to call `settle` with what is found there.
 *
 * @throws {OutcomeUnknownError} There may be a task. @throws what else `client.create` throws; there is none.
 */
export async function createTask(client: VideosClient, queue: Queue, job: Job<VideoJob>): Promise<string> {
  const { request } = job.data;
  const { id: field = '' } = job;
  if (request === undefined) throw new TypeError(`Job ${field} has neither a request nor a task.`);
  const redis = await queue.getBackend().client;
  const intents = intentsOf(queue);
  const since = await redis.hget(intents, field);
  // HSET says how many fields are new: of two workers, one adds it.
  if (since !== null || (await redis.hset(intents, { [field]: Date.now() })) === 0) {
    const message = `Failed to create the video of job ${field}: a worker ended while it created the task. Look for the task in your account.`;
    throw new OutcomeUnknownError(message, { sentAt: Number(since ?? Date.now()), cause: undefined });
  }
  try {
    const { id } = await client.create(request);
    await job.updateData({ ...job.data, id });
    return id;
  } catch (error) {
    // Nothing was created: another attempt may follow.
    if (isVideosError(error) && error.name !== 'OutcomeUnknownError') await redis.hdel(intents, field);
    throw error;
  }
}

/** Continues a job that failed with `OutcomeUnknownError`: with the task that was found, or `null` to create one. */
export async function settle(queue: Queue, job: Job<VideoJob>, id: string | null): Promise<void> {
  await job.updateData({ ...job.data, id });
  if (id === null) await (await queue.getBackend().client).hdel(intentsOf(queue), job.id ?? '');
  await job.retry();
}
