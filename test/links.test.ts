// Every link between the Markdown files of the repository.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { deadLinks, markdownFiles } from './helpers/links.ts';
import { ROOT } from './helpers/run.ts';
import { scratch } from './helpers/scratch.ts';

it('every link in the Markdown files of the repository leads to a file, and to a heading in it', () => {
  expect(markdownFiles(ROOT).length).toBeGreaterThan(5);
  expect(deadLinks(ROOT)).toEqual([]);
});

it('a link to a missing file, a missing heading, a folder, or out of the package is a dead link', async () => {
  const folder = await scratch();
  await mkdir(join(folder, 'docs'));
  const links = [
    './docs/a.md',
    './docs/a.md#b-c',
    '#one',
    'https://example.com/x',
    './none.md',
    '#two',
    './docs',
    '../x.md',
  ];
  await writeFile(join(folder, 'README.md'), `# One\n${links.map((link) => `[x](${link})`).join('\n')}\n`);
  await writeFile(join(folder, 'docs/a.md'), '## B, `c`\n\n```\n[x](./code.md)\n```\n');

  expect(deadLinks(folder)).toEqual([
    'README.md: ./none.md',
    'README.md: #two',
    'README.md: ./docs',
    'README.md: ../x.md',
  ]);
});
