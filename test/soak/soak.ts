import { fork } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { VideosClient } from 'videos-client';

// `npm run soak [seconds] [seed]`: 200 waits against a service that fails one request in three. All must end with
// their video, and nothing may be left of them.
const WAITS = 200;
const seconds = Number(process.argv[2] ?? 120);
const seed = process.argv[3] ?? '1';

const server = fork(fileURLToPath(new URL('server.ts', import.meta.url)), [seed]);
const [{ port }] = await once(server, 'message');
const idle = process.getActiveResourcesInfo().sort();

const client = new VideosClient({
  apiKey: 'key',
  baseUrl: `http://127.0.0.1:${port}`,
  timeout: 2_000,
  maxRetries: 2,
  polling: { minInterval: 500, maxInterval: 1_500, maxFailures: Number.POSITIVE_INFINITY },
});
const { signal } = new AbortController();
const errors: Record<string, number> = {};
let peakMiB = 0;
const sampling = setInterval(() => {
  peakMiB = Math.max(peakMiB, process.memoryUsage().rss / 2 ** 20);
}, 500);

const start = performance.now();
const outcomes = await Promise.allSettled(
  Array.from({ length: WAITS }, (_, index) =>
    client.waitForCompletion(`task_${index}_${Math.round(seconds * (0.5 + index / WAITS / 2))}`, {
      signal,
      onPollError: ({ error }) => {
        errors[error.name] = (errors[error.name] ?? 0) + 1;
      },
    }),
  ),
);
const elapsed = (performance.now() - start) / 1000;
clearInterval(sampling);

// Connections that are kept alive are closed after some seconds.
await new Promise((resolve) => setTimeout(resolve, 8_000));
const left = process.getActiveResourcesInfo().sort();
const listeners = getEventListeners(signal, 'abort').length;
server.send('report');
const [{ done }] = await once(server, 'message');

const completed = outcomes.filter(({ status }) => status === 'fulfilled').length;
const { requests, faults, ...kinds } = done;
console.log(
  `waits          ${WAITS}, of which ${completed} ended with their video, in ${elapsed.toFixed(1)} s (seed ${seed})`,
);
console.log(
  `requests       ${requests}, of which ${faults} failed (${((100 * faults) / requests).toFixed(1)} %), in ${Object.keys(kinds).length} ways`,
);
console.log(`failed polls   ${JSON.stringify(errors)}`);
console.log(`peak memory    ${peakMiB.toFixed(0)} MiB`);
console.log(
  `left behind    ${listeners} listeners; resources: ${left.join(', ')} (before: ${idle.join(', ')})`,
);
for (const outcome of outcomes) if (outcome.status === 'rejected') console.error(outcome.reason);
process.exitCode = completed === WAITS && listeners === 0 && left.join() === idle.join() ? 0 : 1;
