// The cost of one call over bare fetch.
import {
  CANDIDATES,
  type Candidate,
  codeOf,
  format,
  interleave,
  median,
  NAMES,
  runChild,
  type Section,
  table,
  withServer,
} from './measure.ts';

const ROUNDS = 9;

/** Microseconds per call, as a child measures them. */
type Run = Record<'one' | 'many', Record<'wall' | 'cpu', number>>;

const COSTS: ((run: Run) => number)[] = [
  ({ one }) => one.wall,
  ({ one }) => one.cpu,
  ({ many }) => many.wall,
  ({ many }) => many.cpu,
];

export async function call(): Promise<Section> {
  const runs = await withServer(({ url }) =>
    interleave(NAMES, ROUNDS, (name) => runChild<Run>('call.mjs', [codeOf(name), url])),
  );
  const costsOf = (name: Candidate) => COSTS.map((cost) => median((runs.get(name) ?? []).map(cost)));
  const bare = costsOf('fetch');
  const ratiosOf = (name: Candidate) =>
    costsOf(name).map((cost, column) => format(cost / (bare[column] ?? Number.NaN), 2));
  const rows = NAMES.map((name) => {
    const ratios = ratiosOf(name);
    return [CANDIDATES[name], ...costsOf(name).map((cost, column) => `${format(cost)} (${ratios[column]})`)];
  });
  const overhead = (name: Candidate) =>
    `${ratiosOf(name)[0]}× one at a time, ${ratiosOf(name)[2]}× with 64 in flight`;
  return {
    summary: `**One call**, overhead over bare \`fetch\`: ${overhead('videos-client')}; Runway ${overhead('runway')}; OpenAI ${overhead('openai')}.`,
    text: `## One call

One \`getResult\` on loopback with keep-alive, in microseconds of wall-clock time and of CPU time, and (in brackets) as a multiple of bare \`fetch\` with \`JSON.parse\`. One at a time, and with 64 in flight (videos-client with \`maxConcurrency: 64\`). Median of ${ROUNDS} runs.

${table(['', 'one at a time', 'CPU', '64 in flight', 'CPU'], rows)}
`,
  };
}
