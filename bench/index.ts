// Side by side with the alternatives; writes results.md. `npm run bench`; with names of sections, only prints those.
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { bytes } from './bytes.ts';
import { call } from './call.ts';
import { download } from './download.ts';
import { many } from './many.ts';
import { pathOf, type Section } from './measure.ts';
import { start } from './start.ts';
import { prepare, versions } from './workspace.ts';

const SECTIONS = { bytes, start, call, many, download };

const wanted = process.argv.slice(2);
prepare();
const [cpu] = cpus();
const machine = `${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.versions.node}`;
const head = `# Results

Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}. ${machine}. Runs are interleaved; everything is on loopback.

${versions().join(', ')}.
`;
console.log(head);

const sections: Section[] = [];
for (const [name, measure] of Object.entries(SECTIONS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stderr.write(`${name}\n`);
  const section = await measure();
  console.log(section.text);
  sections.push(section);
}

const summary = `${sections.map((section) => `- ${section.summary}`).join('\n')}\n`;
console.log(summary);
if (wanted.length === 0) {
  writeFileSync(pathOf('results.md'), [head, summary, ...sections.map(({ text }) => text)].join('\n'));
}
