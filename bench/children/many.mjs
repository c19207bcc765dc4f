// What many waits cost in one process; printed as JSON. Needs --expose-gc.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';

const [, , client, baseUrl, how, count, interval, duration, warmUp] = process.argv;
const { make } = await import(client);
const { get, wait, waitForAll } = make(baseUrl, { interval: Number(interval) });
const ids = Array.from({ length: Number(count) }, (_, index) => `busy_${index}`);

async function heap() {
  // Right before the reading: a poll leaves 100 kB of garbage, and hundreds are made in a second.
  for (let round = 0; round < 3; round++) {
    await sleep(50);
    gc();
  }
  // Reads no file, as `process.memoryUsage()` does: with a socket for each task none may be left to open.
  return getHeapStatistics().used_heap_size;
}

// Code and connections are the process's, not the waits'.
for (let left = Number(warmUp); left > 0; left -= 16) {
  await Promise.all(Array.from({ length: 16 }, () => get('done_warm')));
}
const before = await heap();
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
let failed = 0;
const all = async () => {
  for await (const { status } of waitForAll(ids)) if (status === 'rejected') failed++;
};
if (how === 'all') all();
else for (const id of ids) wait(id).catch(() => failed++);
await sleep(Number(duration));
delay.disable();
const rss = process.resourceUsage().maxRSS / 1024;
const heapEach = ((await heap()) - before) / ids.length;
console.log(JSON.stringify({ heapEach, rss, delay: delay.percentile(99) / 1e6, failed }));
process.exit();
