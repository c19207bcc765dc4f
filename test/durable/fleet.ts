// A fleet of workers with their Redis: processes that the durable tests kill.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { QueueEvents } from 'bullmq';
import type { VideosEmulator } from 'videos-client/testing';
import { openQueue } from '../../examples/queue/queue.ts';
import { startRedis } from '../../examples/queue/redis.ts';
import { ROOT } from '../helpers/run.ts';

const WORKER = fileURLToPath(new URL('../../examples/queue/worker.ts', import.meta.url));

/** How long a request is under way: long enough for its sender to die meanwhile. */
const LATENCY = 100;

type Redis = Awaited<ReturnType<typeof startRedis>>;

/** The example's Redis and workers before an emulator: processes that can be killed. */
export class Fleet {
  readonly queue: ReturnType<typeof openQueue>;
  readonly events: QueueEvents;
  #redis: Redis;
  readonly #env: NodeJS.ProcessEnv;
  readonly #workers = new Map<ChildProcess, { isReady: boolean }>();
  readonly #cleanUp: () => Promise<void>;

  private constructor(redis: Redis, env: NodeJS.ProcessEnv, cleanUp: () => Promise<void>) {
    this.#redis = redis;
    this.#env = env;
    this.#cleanUp = cleanUp;
    this.queue = openQueue(redis.url);
    this.events = new QueueEvents(this.queue.name, { connection: { url: redis.url }, lastEventId: '0-0' });
    // When Redis dies, they say so, and connect again.
    this.queue.on('error', () => {});
    this.events.on('error', () => {});
  }

  static async start(emulator: VideosEmulator, workers: number, env: NodeJS.ProcessEnv): Promise<Fleet> {
    const folder = await mkdtemp(join(tmpdir(), 'videos-'));
    const redis = await startRedis(folder);
    const server = await emulator.listen();
    const afar = await listenAfar(server.baseUrl);
    const cleanUp = async () => {
      afar.close();
      await server.close();
      await rm(folder, { recursive: true });
    };
    const settings = {
      TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.json'),
      REDIS_URL: redis.url,
      VIDEOS_API_KEY: 'test-key',
      VIDEOS_BASE_URL: afar.baseUrl,
      VIDEOS_FOLDER: join(folder, 'videos'),
    };
    const fleet = new Fleet(redis, { ...process.env, ...settings, ...env }, cleanUp);
    for (let i = 0; i < workers; i++) fleet.#startWorker();
    return fleet;
  }

  get folder(): string {
    return this.#env.VIDEOS_FOLDER ?? '';
  }

  /** Kills a worker that is at work, and starts another in its place. Which one, `random` says. */
  async killWorker(random: () => number): Promise<boolean> {
    const ready = [...this.#workers].filter(([, { isReady }]) => isReady);
    const [victim] = ready[Math.floor(random() * ready.length)] ?? [];
    if (victim === undefined) return false;
    this.#workers.delete(victim);
    await kill(victim);
    this.#startWorker();
    return true;
  }

  /** Kills every worker, at this very moment, and starts others in their place. */
  replaceWorkers(): void {
    const victims = [...this.#workers.keys()];
    this.#workers.clear();
    for (const victim of victims) victim.kill('SIGKILL');
    for (const _ of victims) this.#startWorker();
  }

  /** Kills Redis, and starts it again after so many milliseconds. */
  async killRedis(downtime: number): Promise<void> {
    await kill(this.#redis.process);
    await sleep(downtime);
    this.#redis = await startRedis(join(this.#redis.url, '..'));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#workers.keys()].map(kill));
    await Promise.all([this.queue.close(), this.events.close()]);
    await kill(this.#redis.process);
    await this.#cleanUp();
  }

  #startWorker(): void {
    const execArgv = ['--import', import.meta.resolve('tsx')];
    const child = fork(WORKER, { env: this.#env, execArgv, stdio: ['ignore', 'pipe', 'ignore', 'ipc'] });
    const state = { isReady: false };
    this.#workers.set(child, state);
    child.stdout?.on('data', (text: Buffer) => {
      state.isReady ||= text.includes('is ready');
    });
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** The same API, as far away as a real one; what is under way arrives although its sender has died. */
async function listenAfar(baseUrl: string) {
  const { port, pathname } = new URL(baseUrl);
  const server = createServer((near) => {
    const far = connect(Number(port), '127.0.0.1');
    near.on('data', (data) => setTimeout(() => far.write(data), LATENCY));
    near.on('close', () => setTimeout(() => far.destroy(), 2 * LATENCY));
    far.pipe(near);
    near.on('error', () => {});
    far.on('error', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${address.port}${pathname}`,
    close: () => server.close(),
  };
}
