import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { pollIntervals } from 'videos-client';
import { createVideosEmulator, type VideosEmulator } from 'videos-client/testing';
import { expect, it, onTestFinished } from 'vitest';
import { generateVideo, jobId, requestVideo } from '../../examples/queue/queue.ts';
import { Fleet } from './fleet.ts';

const SHORT = { tasks: 10, kills: 3, fewestPolls: 3, mostPolls: 6 };
const LONG = { tasks: 50, kills: 40, fewestPolls: 8, mostPolls: 20 };
const { tasks, kills, fewestPolls, mostPolls } = process.env.DURABLE === 'short' ? SHORT : LONG;
/** Milliseconds of killing: on a busy machine, where a worker takes seconds to start, the tasks must end too. */
const SIEGE = 60_000;
const POLLING = { minInterval: 500, maxInterval: 2_000, jitter: false };
const SEED = Number(process.env.SEED ?? 1);

/** Numbers from 0 to 1 that are the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function addTasks(emulator: VideosEmulator, random: () => number) {
  return Array.from({ length: tasks }, (_, i) => {
    const video = randomBytes(500_000 + i);
    const polls = fewestPolls + Math.floor(random() * (mostPolls - fewestPolls + 1));
    const { id } = emulator.addTask({ id: `video_${1001 + i}`, video, after: { polls } });
    return { id, polls, hash: sha256(video) };
  });
}

/** Kills a working worker in every second, at a random moment of it, and Redis once, early on. */
async function killAtRandom(fleet: Fleet, random: () => number, isOver: () => boolean): Promise<number> {
  let killed = 0;
  let isRedisIntact = true;
  const end = performance.now() + SIEGE;
  while (!isOver() && killed < kills && performance.now() < end) {
    const moment = random() * 1_000;
    await sleep(moment);
    if (await fleet.killWorker(random)) killed++;
    if (killed === 2 && isRedisIntact) {
      isRedisIntact = false;
      await fleet.killRedis(1_000);
    }
    await sleep(1_000 - moment);
  }
  return killed;
}

/** When a task was polled. */
function pollTimes(emulator: VideosEmulator, id: string): number[] {
  const isPoll = (request: { on: string; id: string | null }) => request.on === 'api' && request.id === id;
  return emulator.requests.filter(isPoll).map(({ time }) => time);
}

/** The shortest time allowed between each poll and the next: a crash loses one count at most. */
function shortestGaps(count: number, crashes: number): number[] {
  const pauses = pollIntervals(POLLING);
  const schedule = Array.from({ length: count }, () => pauses.next().value);
  return schedule.map((_, i) => schedule[Math.max(0, i - crashes)] ?? 0);
}

it('every task ends once, with its own file and no poll too many, even if workers or Redis are killed', async () => {
  const random = seeded(SEED);
  const emulator = createVideosEmulator();
  const expected = addTasks(emulator, random);
  const fleet = await Fleet.start(emulator, 2, {
    POLLING: JSON.stringify(POLLING),
    POLLS_PER_SECOND: '100',
  });
  onTestFinished(() => fleet.stop());

  const completions: string[] = [];
  let isOver = false;
  const over = new Promise<void>((resolve, reject) => {
    fleet.events.on('completed', (event) => {
      completions.push(event.jobId);
      if (new Set(completions).size === tasks) resolve();
    });
    fleet.events.on('failed', (event) => reject(new Error(`${event.jobId}: ${event.failedReason}`)));
  }).finally(() => {
    isOver = true;
  });
  const start = Date.now();
  for (const { id } of expected) await requestVideo(fleet.queue, id);
  const killing = killAtRandom(fleet, random, () => isOver);
  await over.finally(() => killing);
  const killed = await killing;
  const seconds = ((Date.now() - start) / 1_000).toFixed(1);

  expect([...completions].sort()).toEqual(expected.map(({ id }) => jobId(id)));
  expect(await fleet.queue.getJobCounts('completed', 'failed', 'active', 'waiting', 'delayed')).toEqual({
    completed: tasks,
    failed: 0,
    active: 0,
    waiting: 0,
    delayed: 0,
  });
  const total = { polls: 0, repeated: 0, crashes: 0 };
  for (const { id, polls, hash } of expected) {
    const job = await fleet.queue.getJob(jobId(id));
    const crashes = job?.stalledCounter ?? 0;
    const times = pollTimes(emulator, id);
    expect(job?.returnvalue.video?.id).toBe(id);
    expect(sha256(await readFile(job?.returnvalue.path ?? '')), id).toBe(hash);
    // The last poll is not counted: it ended the job.
    const repeated = times.length - ((job?.data.polls ?? 0) + 1);
    expect(times.length, `polls of ${id}`).toBeLessThanOrEqual(polls + crashes);
    expect(repeated, `repeated polls of ${id}`).toBeLessThanOrEqual(crashes);
    for (const [i, gap] of shortestGaps(times.length - 1, crashes).entries()) {
      const actual = (times[i + 1] ?? 0) - (times[i] ?? 0);
      expect(actual, `pause ${i + 1} of ${id}, after ${crashes} crashes`).toBeGreaterThanOrEqual(gap);
    }
    total.polls += times.length;
    total.repeated += repeated;
    total.crashes += crashes;
  }
  console.log(`${tasks} tasks, 2 workers: ${seconds} s (seed ${SEED})
${killed} workers killed, holding ${total.crashes} jobs; Redis killed once
${completions.length} completions of ${tasks} tasks; ${tasks} files with the right SHA-256
${total.polls} polls, ${total.repeated} of them repeated after a crash`);
  expect(await readdir(fleet.folder)).toHaveLength(tasks);
});

it('no order is created twice, and each ends with a file or with an unknown outcome, even if workers are killed', async () => {
  const random = seeded(SEED);
  const emulator = createVideosEmulator();
  emulator.onCreate(() => ({ after: { polls: fewestPolls } }));
  const fleet = await Fleet.start(emulator, 2, {
    POLLING: JSON.stringify(POLLING),
    POLLS_PER_SECOND: '100',
  });
  onTestFinished(() => fleet.stop());

  const orders = Array.from({ length: tasks }, (_, i) => `order ${1001 + i}`);
  const ended = new Set<string>();
  let isOver = false;
  const over = new Promise<void>((resolve) => {
    const onEnd = (event: { jobId: string }) => {
      ended.add(event.jobId);
      if (ended.size === tasks) resolve();
    };
    fleet.events.on('completed', onEnd);
    fleet.events.on('failed', onEnd);
  }).finally(() => {
    isOver = true;
  });
  const killing = killAtRandom(fleet, random, () => isOver);
  for (const order of orders) {
    await generateVideo(fleet.queue, order, { model: 'videos', prompt: order, duration: 5 });
    // A create takes as long: there is always one for a kill to hit.
    await sleep(100);
  }
  await over.finally(() => killing);

  const prompts = emulator.requests
    .filter(({ method }) => method === 'POST')
    .map(({ body }) => Object(body).prompt as string);
  expect(prompts.length, 'orders that were created twice').toBe(new Set(prompts).size);
  const results = { saved: 0, unknown: 0 };
  for (const order of orders) {
    const job = await fleet.queue.getJob(jobId(order));
    if (job?.returnvalue) results.saved++;
    else if (job?.data.error?.name === 'OutcomeUnknownError') results.unknown++;
    else throw new Error(`${order}: ${job?.failedReason}`);
  }
  // The first save makes the folder.
  const files = results.saved === 0 ? [] : await readdir(fleet.folder);
  expect(files).toHaveLength(results.saved);
  console.log(`${tasks} orders, ${await killing} workers killed: ${prompts.length} creates, ${results.saved} videos saved,
${results.unknown} left to a person, because a worker was killed while it created the task`);
});
