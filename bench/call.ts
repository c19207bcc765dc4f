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
  const tell = (name: Candidate) => [ratiosOf(name)[0], ratiosOf(name)[2]].join(' and ');
  return {
    summary: `**One call**, in multiples of bare \`fetch\`, one at a time and 64 at once: ${tell('videos-client')}; Runway ${tell('runway')}, OpenAI ${tell('openai')}.`,
    text: `## One call

One look at a task on loopback with keep-alive: microseconds per call by the clock and of the CPU, and as a multiple of bare \`fetch\` and \`JSON.parse\`; one at a time, and 64 at once (videos-client with \`maxConcurrency: 64\`). Median of ${ROUNDS} runs.

${table(['', 'one at a time', 'its CPU', '64 at once', 'its CPU'], rows)}
`,
  };
}
