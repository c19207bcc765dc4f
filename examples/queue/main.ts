// Fifty orders, one Redis, two workers and a local emulator of the service: npm run demo:queue
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from 'bullmq';
import { createVideosEmulator } from 'videos-client/testing';
import { generateVideo, jobId, openQueue } from './queue.ts';
import { startRedis } from './redis.ts';

const ABOUT = `50 orders, each a prompt, wait in Redis. 2 workers create their tasks, each once, and poll them: no
process holds a task between two polls, so that any worker can be killed at any time. Two tasks fail, one
poll in twenty fails and is tolerated, and one 429 pauses both workers. Takes half a minute.
`;

const folder = await mkdtemp(join(tmpdir(), 'videos-'));
const redis = await startRedis(folder);
const children: ChildProcess[] = [redis.process];
process.once('SIGINT', () => process.exit(130));
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

// Tasks take 2 to 20 seconds.
const emulator = createVideosEmulator();
const orders = Array.from({ length: 50 }, (_, i) => `order ${1001 + i}`);
emulator.onCreate(({ prompt }) => {
  const after = { ms: 2_000 + Math.random() * 18_000 };
  return prompt.includes('the impossible') ? { after, outcome: 'failed' } : { after };
});
emulator.fail({ with: { status: 429, retryAfter: 2 } });
emulator.fail({ on: 'result', with: { status: 503 }, rate: 0.05, times: Infinity });
const { baseUrl } = await emulator.listen();

const POLLING = '{"minInterval":1000,"maxInterval":4000}';
const service = {
  VIDEOS_BASE_URL: baseUrl,
  VIDEOS_API_KEY: 'test-key',
  VIDEOS_FOLDER: join(folder, 'videos'),
};
const env = { ...process.env, ...service, POLLING, REDIS_URL: redis.url };
for (let i = 0; i < 2; i++)
  children.push(
    fork(new URL('./worker.ts', import.meta.url), { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
  );

const queue = openQueue(redis.url);
for (const [i, order] of orders.entries()) {
  const prompt = i % 25 === 24 ? 'A drawing of the impossible' : `A cat on a skateboard, take ${i + 1}`;
  await generateVideo(queue, order, { model: 'videos', prompt, duration: 5 });
}

const STATES = ['new', 'queued', 'processing', 'poll failed', 'FAILED', 'saved'];

/** What a web server would say about a task. */
function stateOf(job: Job | undefined): string {
  if (job?.finishedOn !== undefined) return job.failedReason ? 'FAILED' : 'saved';
  const seen = job?.data.seen ?? 'new';
  return STATES.includes(seen) ? seen : 'poll failed';
}

/** Every cell has its place and its width, whatever happens: 17 rows of three tasks. */
function tableOf(states: readonly string[]): string {
  const cells = orders.map((order, i) => `${order} ${states[i]}`.padEnd(26));
  return Array.from({ length: 17 }, (_, row) => cells.filter((_, i) => i % 17 === row).join('')).join('\n');
}

console.log(ABOUT);
for (let lastCounts = '', isFirst = true; ; await sleep(250)) {
  const jobs = await Promise.all(orders.map((order) => queue.getJob(jobId(order))));
  const states = jobs.map(stateOf);
  const counts = STATES.map(
    (state) => `${String(states.filter((other) => other === state).length).padStart(2)} ${state}`,
  ).join('   ');
  // On a terminal, the table is written over the last one: up by its rows and the three lines below it.
  if (process.stdout.isTTY) console.log(`${isFirst ? '' : '\x1b[19A\x1b[J'}${tableOf(states)}\n\n${counts}`);
  else if (counts !== lastCounts) console.log(counts);
  lastCounts = counts;
  isFirst = false;
  if (jobs.some((job) => job?.finishedOn === undefined)) continue;
  for (const job of jobs) if (job?.failedReason) console.log(job.failedReason);
  console.log(`The others are in ${service.VIDEOS_FOLDER}`);
  process.exit();
}
