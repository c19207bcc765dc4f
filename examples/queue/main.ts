// One Redis, two workers, the service in a box, fifty tasks: npx tsx examples/queue/main.ts
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from 'bullmq';
import { createVideosEmulator } from 'videos-client/testing';
import { askFor, jobId, openQueue } from './queue.ts';
import { startRedis } from './redis.ts';

const folder = await mkdtemp(join(tmpdir(), 'videos-'));
const redis = await startRedis(folder);
const children: ChildProcess[] = [redis.process];
process.once('SIGINT', () => process.exit(130));
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

// Tasks take 2 to 20 seconds; two fail; one look in twenty fails; and once the service asks for a pause.
const emulator = createVideosEmulator();
const ids = Array.from({ length: 50 }, (_, i) => `video_${1001 + i}`);
for (const [i, id] of ids.entries()) {
  const after = { ms: 2_000 + Math.random() * 18_000 };
  emulator.addTask(i % 25 === 24 ? { id, after, outcome: 'failed' } : { id, after });
}
emulator.fail({ with: { status: 429, retryAfter: 2 } });
emulator.fail({ with: { status: 503 }, rate: 0.05, times: Infinity });
const { baseUrl } = await emulator.listen();

const POLLING = '{"minInterval":1000,"maxInterval":4000}';
const service = {
  VIDEOS_BASE_URL: baseUrl,
  VIDEOS_API_KEY: 'test-key',
  VIDEOS_FOLDER: join(folder, 'videos'),
};
const env = { ...process.env, ...service, POLLING, REDIS_URL: redis.url };
for (let i = 0; i < 2; i++) children.push(fork(new URL('./worker.ts', import.meta.url), { env }));

const queue = openQueue(redis.url);
for (const id of ids) await askFor(queue, id);

/** What a web server would say of a task. */
function stateOf({ finishedOn, failedReason, data }: Job): string {
  if (finishedOn === undefined) return data.seen ?? 'new';
  return failedReason ? 'FAILED' : 'saved';
}

for (let lastLine = ''; ; await sleep(250)) {
  const jobs = (await Promise.all(ids.map((id) => queue.getJob(jobId(id))))).filter(
    (job) => job !== undefined,
  );
  const states = jobs.map(stateOf);
  const count = (state: string) => `${states.filter((other) => other === state).length} ${state}`;
  const line = [...new Set(states)].sort().map(count).join(', ');
  const cells = jobs.map((job, i) => `${job.data.id} ${states[i]}`.padEnd(26));
  const rows = Array.from({ length: 17 }, (_, row) => cells.filter((_, i) => i % 17 === row).join(''));
  if (process.stdout.isTTY) console.log(`\x1b[H\x1b[J${rows.join('\n')}\n\n${line}`);
  else if (line !== lastLine) console.log(line);
  lastLine = line;
  if (jobs.some((job) => job.finishedOn === undefined)) continue;
  for (const { failedReason } of jobs) if (failedReason) console.log(failedReason);
  console.log(`The others are in ${service.VIDEOS_FOLDER}`);
  process.exit();
}
