// The time of the import, and of the first response in a fresh process.
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

const ROUNDS = 21;

interface Run {
  imported: number;
  responded: number;
}

export async function start(): Promise<Section> {
  const runs = await withServer(({ url }) =>
    interleave(NAMES, ROUNDS, (name) => runChild<Run>('start.mjs', [codeOf(name), url])),
  );
  const of = (name: Candidate, key: keyof Run) => median((runs.get(name) ?? []).map((run) => run[key]));
  const rows = NAMES.map((name) => [
    CANDIDATES[name],
    format(of(name, 'imported'), 1),
    format(of(name, 'responded'), 1),
  ]);
  const figures = (name: Candidate) =>
    `${format(of(name, 'imported'))} and ${format(of(name, 'responded'))} ms`;
  return {
    summary: `**Start**, \`import()\` and the first response in a fresh process: ${figures('videos-client')}; fal ${figures('fal')}, OpenAI ${figures('openai')}.`,
    text: `## Start

A fresh process each time, median of ${ROUNDS}: the \`import()\`, and from the start of the process to the first finished request.

${table(['', 'import, ms', 'first response, ms'], rows)}
`,
  };
}
