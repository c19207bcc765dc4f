import {
  CANDIDATES,
  codeOf,
  format,
  interleave,
  median,
  NAMES,
  runChild,
  table,
  withServer,
} from './measure.ts';

const ROUNDS = 5;

/** Microseconds per call, as a child measures them. */
type Run = Record<'one' | 'many', Record<'wall' | 'cpu', number>>;

const costsOf = ({ one, many }: Run) => [one.wall, one.cpu, many.wall, many.cpu];

export async function call(): Promise<string> {
  const runs = await withServer(({ url }) =>
    interleave(NAMES, ROUNDS, async (name) => costsOf(await runChild<Run>('call.mjs', [codeOf(name), url]))),
  );
  const medians = (results: number[][]) =>
    [0, 1, 2, 3].map((column) => median(results.map((costs) => costs[column] ?? Number.NaN)));
  const bare = medians(runs.get('fetch') ?? []);
  const rows = [...runs].map(([name, results]) => [
    CANDIDATES[name],
    ...medians(results).map((cost, column) => `${format(cost)} (${format(cost / (bare[column] ?? 1), 2)})`),
  ]);
  return `## One call

One look at a task on loopback with keep-alive: microseconds per call by the clock and of the CPU, and as a multiple of bare \`fetch\` and \`JSON.parse\`; one at a time, and 64 at once (videos-client with \`maxConcurrency: 64\`). Median of ${ROUNDS} runs.

${table(['', 'one at a time', 'its CPU', '64 at once', 'its CPU'], rows)}
`;
}
