// A program that aborts its wait, and then has nothing more to do.
import { setTimeout as pause } from 'node:timers/promises';
import { VideosClient } from 'videos-client';

const [url, phase] = process.argv.slice(2);
const controller = new AbortController();
const { signal } = controller;
const client = new VideosClient({ apiKey: 'test-key', baseUrl: url });
const minInterval = phase === 'pause' ? 600_000 : 1;
const wait = client.waitForCompletion('task', {
  signal,
  minInterval,
  maxInterval: 600_000,
  // By then the next pause, or the next request, has begun.
  onUpdate: () => void pause(300).then(() => controller.abort('stopped')),
});
await wait.catch((reason) => console.log(reason));
