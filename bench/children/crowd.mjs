// A hundred thousand tasks that complete after 40 s, at the default pauses, with no network between; printed as JSON.
// Needs --expose-gc.
import { monitorEventLoopDelay } from 'node:perf_hooks';

const COUNT = 100_000;
const AGE = 40_000;

const { VideosClient } = await import(process.argv[2]);
const task = { object: 'video', created: 1761635478, model: 'videos', error: null };
// By the number in the id: what the service remembers must not count as the waits'.
const firstSeen = new Float64Array(COUNT);
let polls = 0;

async function respond(url) {
  polls++;
  const id = url.slice(url.lastIndexOf('/') + 1);
  const now = performance.now();
  const index = Number(id.slice('video_'.length));
  firstSeen[index] ||= now;
  const isDone = now - firstSeen[index] >= AGE;
  const video_url = isDone ? 'https://cdn.example.com/video_1234567890.mp4' : null;
  return Response.json({ ...task, id, status: isDone ? 'completed' : 'processing', video_url });
}

const client = new VideosClient({ apiKey: 'bench-key', fetch: respond });
const ids = Array.from({ length: COUNT }, (_, index) => `video_${index}`);
const delay = monitorEventLoopDelay({ resolution: 5 });
gc();
const before = process.memoryUsage().heapUsed;
let heap = 0;
// All have been polled once, and none has ended yet.
setTimeout(() => {
  gc();
  heap = process.memoryUsage().heapUsed - before;
}, 35_000);
delay.enable();
const start = performance.now();
let completed = 0;
for await (const { status } of client.waitForAll(ids)) if (status === 'fulfilled') completed++;
const seconds = (performance.now() - start) / 1_000;
const rss = process.resourceUsage().maxRSS / 1024;
console.log(
  JSON.stringify({
    completed,
    polls,
    seconds,
    heapEach: heap / COUNT,
    rss,
    delay: delay.percentile(99) / 1e6,
  }),
);
process.exit();
