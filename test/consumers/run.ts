// Runs the consumers: all, or those whose titles the command line names a part of.
import { type Consumer, consumers } from './consumers.ts';
import { createProject, emptyFolder, packTarball, Skip } from './project.ts';

type Outcome = 'ran' | 'skipped' | 'failed';

/** The consumers that the command line names, by a part of their titles: all, if it names none. */
function chosen(): readonly Consumer[] {
  const words = process.argv.slice(2).map((word) => word.toLowerCase());
  const isNamed = ({ title }: Consumer) => words.some((word) => title.toLowerCase().includes(word));
  return words.length === 0 ? consumers : consumers.filter(isNamed);
}

async function use(consumer: Consumer, tarball: string): Promise<Outcome> {
  const start = performance.now();
  const report = (outcome: Outcome, what: string) => {
    const seconds = `${((performance.now() - start) / 1000).toFixed(1)} s`;
    console.log(`${outcome.padEnd(8)} ${consumer.title.padEnd(28)} ${seconds.padStart(7)}  ${what}`);
    return outcome;
  };
  try {
    const { project, run } = consumer;
    const folder = await (project === null ? emptyFolder('empty') : createProject(project, tarball));
    return report('ran', await run(folder, tarball));
  } catch (error) {
    if (error instanceof Skip && !process.env.CI) return report('skipped', error.message);
    return report('failed', (error as Error).message);
  }
}

const tarball = await packTarball();
const counts = { ran: 0, skipped: 0, failed: 0 };
for (const consumer of chosen()) counts[await use(consumer, tarball)] += 1;
console.log(`\n${counts.ran} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
// A run without a consumer proves nothing.
if (counts.failed > 0 || counts.ran === 0) process.exitCode = 1;
