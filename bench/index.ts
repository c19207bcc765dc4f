// Side by side with the alternatives; writes results.md. `npm run bench`; with names of sections, only prints those.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { stripVTControlCharacters } from 'node:util';
import { bytes } from './bytes.ts';
import { call } from './call.ts';
import { many } from './many.ts';
import { pathOf } from './measure.ts';
import { start } from './start.ts';
import { prepare, versions } from './workspace.ts';

/** A command of its own, whose tables are taken as they are. */
function download(): string {
  const args = ['--import', 'tsx', pathOf('download.ts')];
  const output = stripVTControlCharacters(execFileSync(process.execPath, args, { encoding: 'utf8' }));
  return `## Download\n\n\`\`\`text\n${output.trim()}\n\`\`\`\n`;
}

const SECTIONS = { bytes, start, call, many, download };

const wanted = process.argv.slice(2);
prepare();
const parts: string[] = [];
for (const [name, measure] of Object.entries(SECTIONS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stderr.write(`${name}\n`);
  const part = await measure();
  console.log(part);
  parts.push(part);
}

const [cpu] = cpus();
const machine = `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.versions.node}`;
const head = `# Results

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}. ${machine}. Runs are interleaved; everything is on loopback.

${versions().join(', ')}.
`;
if (wanted.length === 0) writeFileSync(pathOf('results.md'), [head, ...parts].join('\n'));
