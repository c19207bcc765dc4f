import { setTimeout as pause } from 'node:timers/promises';
import { VideosClient } from 'videos-client';

// A program that gives up a wait, and then has nothing more to do.
const [url, phase] = process.argv.slice(2);
const controller = new AbortController();
const { signal } = controller;
const client = new VideosClient({ apiKey: 'test-key', baseUrl: url });
const minInterval = phase === 'pause' ? 600_000 : 1;
const wait = client.waitForCompletion('task', {
  signal,
  minInterval,
  maxInterval: 600_000,
  // The next pause, or the next request, has begun by then.
  onUpdate: () => void pause(300).then(() => controller.abort('stopped')),
});
await wait.catch((reason) => console.log(reason));
