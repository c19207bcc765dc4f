import { readFile } from 'node:fs/promises';
import type { Job } from 'bullmq';
import { createVideosEmulator, sampleVideo } from 'videos-client/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settle } from '../../examples/queue/create.ts';
import { generateVideo, jobId, requestVideo } from '../../examples/queue/queue.ts';
import { Fleet } from './fleet.ts';

const emulator = createVideosEmulator();
let fleet: Fleet;
beforeAll(async () => {
  const POLLING = JSON.stringify({ minInterval: 300, maxInterval: 300 });
  fleet = await Fleet.start(emulator, 2, { POLLING, POLLS_PER_SECOND: '100' });
});
afterAll(() => fleet.stop());

const pollsOf = (id: string) =>
  emulator.requests.filter((request) => request.on === 'api' && request.id === id).map(({ time }) => time);

const generate = (order: string, fields: object = {}) =>
  generateVideo(fleet.queue, order, { model: 'videos', prompt: order, duration: 5, ...fields });

/** How many creates of an order reached the service. */
const creates = (order: string) =>
  emulator.requests.filter(({ method, body }) => method === 'POST' && JSON.stringify(body).includes(order))
    .length;

/** The job of a task, once it has ended, one way or the other. */
async function ended(id: string) {
  const job = await fleet.queue.getJob(jobId(id));
  await job?.waitUntilFinished(fleet.events).catch(() => {});
  return fleet.queue.getJob(jobId(id));
}

describe('the queue', () => {
  it('the queue waits once for a task that is requested twice, and keeps the result for later requests', async () => {
    const { id } = emulator.addTask({ after: { polls: 3 } });
    await Promise.all([requestVideo(fleet.queue, id), requestVideo(fleet.queue, id)]);
    await ended(id);
    await requestVideo(fleet.queue, id);

    const job = await fleet.queue.getJob(jobId(id));
    expect(pollsOf(id)).toHaveLength(3);
    expect(await job?.getState()).toBe('completed');
    expect(job?.returnvalue).toMatchObject({
      bytes: sampleVideo().length,
      video: { id, status: 'completed' },
    });
    expect(await readFile(job?.returnvalue.path ?? '')).toEqual(Buffer.from(sampleVideo()));
  });

  it.each(['42', 'a:b', 'a/b ü', '../x'])('the queue accepts the id %j', async (id) => {
    emulator.addTask({ id, after: { polls: 1 } });
    await requestVideo(fleet.queue, id);

    expect((await ended(id))?.returnvalue.video?.id).toBe(id);
  });

  it('the queue keeps a failed task with its error, field by field', async () => {
    const { id } = emulator.addTask({
      outcome: 'failed',
      error: 'It breaks the policy.',
      after: { polls: 2 },
    });
    await requestVideo(fleet.queue, id);

    const job = await ended(id);
    expect(await job?.getState()).toBe('failed');
    expect(job?.data.error).toMatchObject({
      name: 'VideoFailedError',
      taskId: id,
      isTransient: false,
      video: { id, status: 'failed', error: 'It breaks the policy.' },
    });
    expect(job?.failedReason).toBe(job?.data.error?.message);
  });

  it('the queue fails at once for an unknown task', async () => {
    await requestVideo(fleet.queue, 'video_unknown');

    const job = await ended('video_unknown');
    expect(job?.data.error).toMatchObject({ name: 'NotFoundError', status: 404, requestId: null });
    expect(pollsOf('video_unknown')).toHaveLength(1);
  });

  it('the queue tolerates failed polls, at the pace of successful ones', async () => {
    const { id } = emulator.addTask({ after: { polls: 2 } });
    emulator.fail({ id, times: 3, with: { status: 503 } });
    await requestVideo(fleet.queue, id);

    expect(await (await ended(id))?.getState()).toBe('completed');
    const times = pollsOf(id);
    expect(times).toHaveLength(5);
    for (const [i, time] of times.slice(1).entries()) {
      expect(time - (times[i] ?? 0)).toBeGreaterThanOrEqual(300);
    }
  });

  it('the queue tolerates two refused keys after a successful poll, and ends with the third', async () => {
    const { id } = emulator.addTask({ after: { polls: 5 } });
    const once = emulator.addTask({ after: { polls: Infinity } }).id;
    for (const [task, times] of [
      [id, 2],
      [once, 3],
    ] as const) {
      await requestVideo(fleet.queue, task);
      await expect.poll(() => pollsOf(task).length, { timeout: 10_000, interval: 10 }).toBeGreaterThan(0);
      emulator.fail({ id: task, times, with: { status: 401 } });
    }

    expect(await (await ended(id))?.getState()).toBe('completed');
    const job = await ended(once);
    expect(job?.data).toMatchObject({ history: { failures: 3 }, error: { name: 'AuthenticationError' } });
  });

  it('the queue gives up when ten consecutive polls have failed, with the last one as the reason', async () => {
    const { id } = emulator.addTask();
    emulator.fail({ id, times: 10, with: { status: 502, body: { message: 'Down.' } } });
    await requestVideo(fleet.queue, id);

    const job = await ended(id);
    expect(job?.data).toMatchObject({
      failedPolls: 10,
      history: { failures: 10 },
      error: { name: 'ApiError', status: 502, body: { message: 'Down.' } },
    });
    expect(pollsOf(id)).toHaveLength(10);
  });

  it('the queue polls for the last time at the deadline; after that, a retry polls once more', async () => {
    const { id } = emulator.addTask({ after: { polls: Infinity } });
    const { deadline } = (await requestVideo(fleet.queue, id, 450)).data;

    const job = await ended(id);
    expect(job?.data.error).toMatchObject({ name: 'WaitTimeoutError', lastVideo: { id, error: null } });
    const polls = pollsOf(id);
    expect(polls.at(-1)).toBeGreaterThanOrEqual(deadline);

    emulator.addTask({ id, after: { polls: 1 } });
    await job?.retry();
    expect(await (await ended(id))?.getState()).toBe('completed');
    expect(pollsOf(id)).toHaveLength(polls.length + 1);
  });

  it('the queue pauses every worker after a 429, for as long as Retry-After says', async () => {
    const { id } = emulator.addTask({ after: { polls: 1 } });
    emulator.fail({ id, with: { status: 429, retryAfter: 2 } });
    await requestVideo(fleet.queue, id);
    await expect.poll(() => fleet.queue.getRateLimitTtl(), { timeout: 10_000 }).toBeGreaterThan(1_000);
    const others = Array.from({ length: 20 }, () => emulator.addTask({ after: { polls: 1 } }).id);
    for (const other of others) await requestVideo(fleet.queue, other);
    for (const other of [id, ...others]) expect(await (await ended(other))?.getState()).toBe('completed');

    const [refused = 0, second = 0] = pollsOf(id);
    expect(second - refused).toBeGreaterThanOrEqual(2_000);
    for (const other of others) expect((pollsOf(other)[0] ?? 0) - refused).toBeGreaterThanOrEqual(2_000);
  });

  it('the queue creates one task for an order that is requested twice, and saves its video', async () => {
    const order = 'order 1';
    await Promise.all([generate(order), generate(order)]);
    const job = await ended(order);

    expect(await job?.getState()).toBe('completed');
    expect(creates(order)).toBe(1);
    expect(job?.returnvalue.video?.id).toBe(job?.data.id);
    expect(await readFile(job?.returnvalue.path ?? '')).toEqual(Buffer.from(sampleVideo()));
  });

  it('the queue creates a task after a 429, and none for a request that the service refuses', async () => {
    emulator.fail({ on: 'create', with: { status: 429 } });
    await generate('order 2');
    expect(await (await ended('order 2'))?.getState()).toBe('completed');
    expect(creates('order 2')).toBe(2);

    await generate('order 3', { duration: 99 });
    const job = await ended('order 3');
    expect(job?.data).toMatchObject({ id: null, error: { name: 'ApiError', code: 1001 } });
    expect(creates('order 3')).toBe(1);
  });

  it('the queue never repeats a create whose reply was lost, until a person says what became of it', async () => {
    emulator.fail({ on: 'create', with: 'reset' });
    const order = 'order 4';
    await generate(order);
    const lost = await ended(order);
    expect(lost?.data).toMatchObject({ id: null, error: { name: 'OutcomeUnknownError', taskId: null } });

    await lost?.retry();
    expect((await ended(order))?.data.error).toMatchObject({ name: 'OutcomeUnknownError' });
    expect(creates(order)).toBe(1);

    const { id } = emulator.addTask({ after: { polls: 1 } });
    await settle(fleet.queue, (await ended(order)) as Job, id);
    const job = await ended(order);
    expect([await job?.getState(), job?.returnvalue.video?.id, creates(order)]).toEqual(['completed', id, 1]);
  });

  it('the queue never creates twice, even if the worker is killed between the create and its reply', async () => {
    const order = 'order 5';
    let isFirst = true;
    emulator.onCreate(() => {
      // The request has arrived, and no reply has been sent.
      if (isFirst) fleet.replaceWorkers();
      isFirst = false;
      return { after: { polls: 1 } };
    });
    await generate(order);
    const killed = await ended(order);
    expect(killed?.data).toMatchObject({
      id: null,
      error: { name: 'OutcomeUnknownError', message: expect.stringContaining('a worker ended') },
    });
    expect(creates(order)).toBe(1);

    await settle(fleet.queue, killed as Job, null);
    expect(await (await ended(order))?.getState()).toBe('completed');
    expect(creates(order)).toBe(2);
  });
});
