// Runs every way in which a create can end in another runtime, against real sockets.
import { type CreateCase, createCases } from '../helpers/create-cases.ts';
import { playCreateCase } from '../helpers/play-create-case.ts';
import type { CreateOutcome, CreateSetup } from './create-client.ts';
import { run } from './project.ts';

/** How many run at a time: most only wait. */
const CONCURRENCY = 4;

/** @param args - Come before what says how the create is made. @returns what was seen. @throws what was wrong. */
export async function checkCreates(
  command: string,
  args: readonly string[],
  options: Parameters<typeof run>[2],
): Promise<string> {
  const create = async (setup: CreateSetup): Promise<CreateOutcome> => {
    const output = await run(command, [...args, JSON.stringify(setup)], options);
    return JSON.parse(output.split('\n').find((line) => line.startsWith('{"result":')) ?? output);
  };
  const wrong: string[] = [];
  const check = async (row: CreateCase) => {
    const { title, becomes, reached, fetches = reached } = row;
    const played = await playCreateCase(row, create);
    const seen = [played.becomes, played.creates.length, played.outcome.fetches].join(', ');
    const expected = [becomes, reached, fetches].join(', ');
    const areWhole = played.creates.every(({ body }) => JSON.parse(body).prompt === 'A cat on a skateboard');
    if (seen !== expected) wrong.push(`${title}: ${seen}, not ${expected} (${played.outcome.message})`);
    if (!areWhole) wrong.push(`${title}: a body arrived incomplete`);
  };
  const rows = createCases.values();
  const worker = async () => {
    for (const row of rows) await check(row);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  return `${createCases.length} creates`;
}
