// The memory and the sockets of many waits at once.
import {
  CANDIDATES,
  codeOf,
  format,
  interleave,
  median,
  runChild,
  type Section,
  table,
  withServer,
} from './measure.ts';

const ROUNDS = 3;
const TASKS = 10_000;
/** Milliseconds between two polls: 667 a second, which a small machine keeps up with. */
const INTERVAL = 15_000;
/** Ends between two rounds of polls of those that start all at once: hardly any is under way then. */
const DURATION = 1.8 * INTERVAL;
/** Requests before the measurement. */
const WARM_UP = 1_600;
/** MiB of heap for a hundred thousand tasks: if V8 may take more, it collects garbage later. */
const CROWD_HEAP = 150;

/** The candidates that can wait. */
const WAITERS = {
  'fetch each': 'a loop around `fetch`',
  'fetch-limited each': 'a loop around `fetch`, 16 requests at a time',
  'videos-client all': `${CANDIDATES['videos-client']}, \`waitForAll\``,
  'videos-client each': `${CANDIDATES['videos-client']}, \`waitForCompletion\``,
  'replicate each': CANDIDATES.replicate,
  'fal each': CANDIDATES.fal,
  'runway each': CANDIDATES.runway,
  'openai each': CANDIDATES.openai,
};
type Waiter = keyof typeof WAITERS;

type Run = Record<'heapEach' | 'rss' | 'delay' | 'failed' | 'requests' | 'mostSockets', number>;
type Crowd = Record<'completed' | 'polls' | 'seconds' | 'heapEach' | 'rss' | 'delay', number>;

async function run(waiter: Waiter): Promise<Run> {
  const [client = '', how = ''] = waiter.split(' ');
  return withServer(async ({ url, stats }) => {
    const args = [codeOf(client), url, how, TASKS, INTERVAL, DURATION, WARM_UP].map(String);
    const result = await runChild<Run>('many.mjs', args, ['--expose-gc']);
    return { ...result, ...(await stats()) };
  });
}

export async function many(): Promise<Section> {
  const runs = await interleave(Object.keys(WAITERS) as Waiter[], ROUNDS, run);
  const of = (waiter: Waiter, key: keyof Run) =>
    median((runs.get(waiter) ?? []).map((result) => result[key]));
  const rows = (Object.keys(WAITERS) as Waiter[]).map((waiter) => [
    WAITERS[waiter],
    format(of(waiter, 'heapEach')),
    format(of(waiter, 'mostSockets')),
    format((of(waiter, 'requests') - WARM_UP) / TASKS, 2),
    format(of(waiter, 'delay'), 1),
    format(of(waiter, 'rss')),
    format(of(waiter, 'failed')),
  ]);
  const crowd = await runChild<Crowd>(
    'crowd.mjs',
    [codeOf('videos-client')],
    ['--expose-gc', `--max-old-space-size=${CROWD_HEAP}`],
  );
  const figures = (waiter: Waiter) =>
    `${format(of(waiter, 'heapEach'))} B and ${format(of(waiter, 'mostSockets'))} sockets`;
  return {
    summary: `**${format(TASKS)} waits at once**, heap per wait and sockets in all: ${figures('videos-client all')}; a loop around \`fetch\` ${figures('fetch each')}, with 16 requests at a time ${figures('fetch-limited each')}; Replicate ${figures('replicate each')}.`,
    text: `## Many waits

${format(TASKS)} tasks in one process, each polled every ${INTERVAL / 1_000} s for ${DURATION / 1_000} s: 2 polls each if all start at once, 1.8 if the first polls are spread (Runway chooses pauses of 4.5 to 7.5 s by itself). The delay of the event loop includes the 5 ms between two measurements. Median of ${ROUNDS} runs.

${table(['', 'heap each, B', 'most sockets', 'polls each', 'p99 loop delay, ms', 'peak RSS, MiB', 'failed'], rows)}

100,000 tasks through \`waitForAll\` in a heap of ${CROWD_HEAP} MiB (\`--max-old-space-size\`), at the default pauses and with no network between: ${format(crowd.completed)} outcomes after ${format(crowd.polls)} polls in ${format(crowd.seconds)} s; ${format(crowd.heapEach)} B of heap each, peak RSS ${format(crowd.rss)} MiB, p99 loop delay ${format(crowd.delay, 1)} ms.
`,
  };
}
