import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { VideosClient } from 'videos-client';
import { expect, it, onTestFinished } from 'vitest';
import { runScript } from './helpers/run.ts';

const script = fileURLToPath(new URL('helpers/outage-child.ts', import.meta.url));

/** Starts the service as a process of its own. */
async function start(
  port: number,
  status: string,
): Promise<{ baseUrl: string; kill: () => Promise<unknown> }> {
  let service: ChildProcess | undefined;
  const listening = new Promise<string>((resolve, reject) => {
    const run = runScript(script, [String(port), status], {
      onLine: (line, child) => {
        service = child;
        if (line !== '') resolve(line);
      },
    });
    run.then(({ stderr }) => reject(new Error(stderr)), reject);
  });
  const baseUrl = await listening;
  const kill = async () => {
    if (service === undefined || service.exitCode !== null || service.signalCode !== null) return;
    const exited = new Promise((resolve) => service?.once('exit', resolve));
    service.kill('SIGKILL');
    await exited;
  };
  onTestFinished(async () => void (await kill()));
  return { baseUrl, kill };
}

it('ten waits survive a service that is killed, is gone for a while, and comes back on the same port', {
  timeout: 60_000,
}, async () => {
  const service = await start(0, 'processing');
  const client = new VideosClient({
    apiKey: 'key',
    baseUrl: service.baseUrl,
    maxRetries: 1,
    polling: { minInterval: 20, maxInterval: 50, maxFailures: Number.POSITIVE_INFINITY },
  });
  const ids = Array.from({ length: 10 }, (_, index) => `video_${index}`);
  const seen = new Set<string>();
  const missed = new Set<string>();
  const all = (set: Set<string>) => expect.poll(() => set.size, { timeout: 30_000 }).toBe(ids.length);
  const waits = ids.map((id) =>
    client.waitForCompletion(id, {
      onUpdate: () => seen.add(id),
      onPollError: ({ error }) => {
        expect(error.name).toBe('ConnectionError');
        missed.add(id);
      },
    }),
  );

  await all(seen);
  await service.kill();
  await all(missed);
  await start(Number(new URL(service.baseUrl).port), 'completed');

  const videos = await Promise.all(waits);
  expect(videos.map(({ id, status }) => [id, status])).toEqual(ids.map((id) => [id, 'completed']));
});
