// What waiting on a queue costs: npx tsx bench/queue.ts (Linux, with redis-server). Quoted in docs/durable.md.
import { fork } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { createVideosEmulator } from 'videos-client/testing';
import { jobId, openQueue } from '../examples/queue/queue.ts';
import { startRedis } from '../examples/queue/redis.ts';

const WAITING = 100_000;
const POLLED = 1_000;
const SECONDS = 10;

const folder = await mkdtemp(join(tmpdir(), 'videos-'));
const redis = await startRedis(folder);
const queue = openQueue(redis.url);
const client = new Redis(redis.url);

/** A number from Redis's own report. */
async function redisInfo(name: string): Promise<number> {
  return Number(new RegExp(`^${name}:(.*)$`, 'm').exec(await client.info())?.[1]);
}

/** Seconds of CPU time that a process has used. */
async function cpuTime(pid: number | undefined): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) / 100;
}

async function addJobs(ids: readonly string[], delay: number): Promise<void> {
  const data = { deadline: Date.now() + 86_400_000, polls: 5, failedPolls: 0, seen: 'processing' };
  const jobs = ids.map((id) => ({ name: 'video', data: { id, ...data }, opts: { jobId: jobId(id), delay } }));
  for (let i = 0; i < jobs.length; i += 1_000) await queue.addBulk(jobs.slice(i, i + 1_000));
}

const ids = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, i) => `video_${prefix}_${1_000_000_000 + i}`);

const emptyMemory = await redisInfo('used_memory');
await addJobs(ids('waiting', WAITING), 3_600_000);
const memory = ((await redisInfo('used_memory')) - emptyMemory) / WAITING;
console.log(`${WAITING} tasks wait: ${memory.toFixed(0)} bytes of Redis memory each`);

const emulator = createVideosEmulator();
for (const id of ids('polled', POLLED)) emulator.addTask({ id, after: { polls: Infinity } });
await using server = await emulator.listen();
await addJobs(ids('polled', POLLED), 0);
const env = {
  ...process.env,
  REDIS_URL: redis.url,
  VIDEOS_API_KEY: 'test-key',
  VIDEOS_BASE_URL: server.baseUrl,
  POLLING: '{"minInterval":100,"maxInterval":100}',
  POLLS_PER_SECOND: '1000000',
};
const worker = fork(new URL('../examples/queue/worker.ts', import.meta.url), { env });
while (emulator.requests.length < 5_000) await sleep(100);

const usage = async () => ({
  polls: emulator.requests.length,
  worker: await cpuTime(worker.pid),
  redis: await cpuTime(redis.process.pid),
});
for (const appendfsync of ['always', 'everysec']) {
  await client.config('SET', 'appendfsync', appendfsync);
  await sleep(1_000);
  const before = await usage();
  await sleep(SECONDS * 1_000);
  const after = await usage();
  const polls = after.polls - before.polls;
  const each = (seconds: number) => `${((seconds / polls) * 1_000).toFixed(2)} ms`;
  console.log(
    `appendfsync ${appendfsync}: one worker makes ${(polls / SECONDS).toFixed(0)} polls a second; ` +
      `a poll takes ${each(after.worker - before.worker)} of the worker's CPU, ${each(after.redis - before.redis)} of Redis's`,
  );
}
console.log(`${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}`);

worker.kill('SIGKILL');
await queue.close();
client.disconnect();
redis.process.kill('SIGKILL');
await rm(folder, { recursive: true });
