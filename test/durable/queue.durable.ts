import { readFile } from 'node:fs/promises';
import { createVideosEmulator, sampleVideo } from 'videos-client/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askFor, jobId } from '../../examples/queue/queue.ts';
import { Fleet } from './fleet.ts';

const emulator = createVideosEmulator();
let fleet: Fleet;
beforeAll(async () => {
  const POLLING = JSON.stringify({ minInterval: 300, maxInterval: 300 });
  fleet = await Fleet.start(emulator, 2, { POLLING, LOOKS_PER_SECOND: '100' });
});
afterAll(() => fleet.stop());

const looksAt = (id: string) =>
  emulator.requests.filter((request) => request.on === 'api' && request.id === id).map(({ time }) => time);

/** The job of a task, once it has ended, one way or the other. */
async function ended(id: string) {
  const job = await fleet.queue.getJob(jobId(id));
  await job?.waitUntilFinished(fleet.events).catch(() => {});
  return fleet.queue.getJob(jobId(id));
}

describe('the queue', () => {
  it('asked twice waits once, and keeps the result for those who ask later', async () => {
    const { id } = emulator.addTask({ after: { polls: 3 } });
    await Promise.all([askFor(fleet.queue, id), askFor(fleet.queue, id)]);
    await ended(id);
    await askFor(fleet.queue, id);

    const job = await fleet.queue.getJob(jobId(id));
    expect(looksAt(id)).toHaveLength(3);
    expect(await job?.getState()).toBe('completed');
    expect(job?.returnvalue).toMatchObject({
      bytes: sampleVideo().length,
      video: { id, status: 'completed' },
    });
    expect(await readFile(job?.returnvalue.path ?? '')).toEqual(Buffer.from(sampleVideo()));
  });

  it.each(['42', 'a:b', 'a/b ü', '../x'])('takes the id %j', async (id) => {
    emulator.addTask({ id, after: { polls: 1 } });
    await askFor(fleet.queue, id);

    expect((await ended(id))?.returnvalue.video?.id).toBe(id);
  });

  it('keeps a failed task with its error, field for field', async () => {
    const { id } = emulator.addTask({
      outcome: 'failed',
      error: 'It breaks the policy.',
      after: { polls: 2 },
    });
    await askFor(fleet.queue, id);

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

  it('fails at once for an unknown task', async () => {
    await askFor(fleet.queue, 'video_unknown');

    const job = await ended('video_unknown');
    expect(job?.data.error).toMatchObject({ name: 'NotFoundError', status: 404, requestId: null });
    expect(looksAt('video_unknown')).toHaveLength(1);
  });

  it('rides over failed polls, at the pace of good ones', async () => {
    const { id } = emulator.addTask({ after: { polls: 2 } });
    emulator.fail({ id, times: 3, with: { status: 503 } });
    await askFor(fleet.queue, id);

    expect(await (await ended(id))?.getState()).toBe('completed');
    const times = looksAt(id);
    expect(times).toHaveLength(5);
    for (const [i, time] of times.slice(1).entries()) {
      expect(time - (times[i] ?? 0)).toBeGreaterThanOrEqual(300);
    }
  });

  it('gives up when ten looks in a row have failed, with the last one as the reason', async () => {
    const { id } = emulator.addTask();
    emulator.fail({ id, times: 10, with: { status: 502, body: { message: 'Down.' } } });
    await askFor(fleet.queue, id);

    const job = await ended(id);
    expect(job?.data).toMatchObject({
      failures: 10,
      error: { name: 'ApiError', status: 502, body: { message: 'Down.' } },
    });
    expect(looksAt(id)).toHaveLength(10);
  });

  it('looks for the last time at the deadline; after that, a retry looks once more', async () => {
    const { id } = emulator.addTask({ after: { polls: Infinity } });
    const { deadline } = (await askFor(fleet.queue, id, 450)).data;

    const job = await ended(id);
    expect(job?.data.error).toMatchObject({ name: 'WaitTimeoutError', lastVideo: { id, error: null } });
    const polls = looksAt(id);
    expect(polls.at(-1)).toBeGreaterThanOrEqual(deadline);

    emulator.addTask({ id, after: { polls: 1 } });
    await job?.retry();
    expect(await (await ended(id))?.getState()).toBe('completed');
    expect(looksAt(id)).toHaveLength(polls.length + 1);
  });

  it('pauses every worker after a 429, for as long as the service asks', async () => {
    const { id } = emulator.addTask({ after: { polls: 1 } });
    emulator.fail({ id, with: { status: 429, retryAfter: 2 } });
    await askFor(fleet.queue, id);
    await expect.poll(() => fleet.queue.getRateLimitTtl(), { timeout: 10_000 }).toBeGreaterThan(1_000);
    const others = Array.from({ length: 20 }, () => emulator.addTask({ after: { polls: 1 } }).id);
    for (const other of others) await askFor(fleet.queue, other);
    for (const other of [id, ...others]) expect(await (await ended(other))?.getState()).toBe('completed');

    const [refused = 0, second = 0] = looksAt(id);
    expect(second - refused).toBeGreaterThanOrEqual(2_000);
    for (const other of others) expect((looksAt(other)[0] ?? 0) - refused).toBeGreaterThanOrEqual(2_000);
  });
});
