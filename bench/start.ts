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

const ROUNDS = 21;

interface Run {
  imported: number;
  answered: number;
}

export async function start(): Promise<string> {
  const runs = await withServer(({ url }) =>
    interleave(NAMES, ROUNDS, (name) => runChild<Run>('start.mjs', [codeOf(name), url])),
  );
  const rows = [...runs].map(([name, results]) => [
    CANDIDATES[name],
    format(median(results.map(({ imported }) => imported)), 1),
    format(median(results.map(({ answered }) => answered)), 1),
  ]);
  return `## Start

A fresh process each time, median of ${ROUNDS}: the \`import()\`, and from the start of the process to the first finished request.

${table(['', 'import, ms', 'first answer, ms'], rows)}
`;
}
