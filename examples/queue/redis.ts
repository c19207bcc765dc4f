// Redis as a child process, for the demo, its tests and the bench.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Starts a Redis that stores all data in `folder`, and listens on a socket there: it needs no free port. */
export async function startRedis(folder: string) {
  const url = join(folder, 'redis.sock');
  const storage = ['--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always'];
  const redis = spawn('redis-server', ['--port', '0', '--unixsocket', url, ...storage], { stdio: 'pipe' });
  await once(redis, 'spawn'); // Rejects if it is not installed (Debian: apt-get install redis-server).
  for await (const line of createInterface(redis.stdout)) {
    if (/ready to accept connections/i.test(line)) break;
  }
  redis.stdout.resume();
  return { url, process: redis };
}
