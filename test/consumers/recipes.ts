// The recipes of docs/production.md: type-checked and compiled as a user's code, then run with the real libraries.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, run } from './project.ts';

/** The code block under each heading, as a module that is named after the heading. */
async function writeRecipes(folder: string): Promise<void> {
  const text = await readFile(join(ROOT, 'docs/production.md'), 'utf8');
  await mkdir(folder);
  for (const section of text.split(/^## /m).slice(1)) {
    const [, heading = ''] = /^([^\n]*)\n/.exec(section) ?? [];
    const [, code] = /```ts\n(.*?)```/s.exec(section) ?? [];
    const name = heading.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    if (code !== undefined) await writeFile(join(folder, `${name}.ts`), code);
  }
}

/** @returns how many recipes have been run. @throws what the compiler or a test says. */
export async function runRecipes(cwd: string): Promise<string> {
  await writeRecipes(join(cwd, 'recipes'));
  await run(process.execPath, ['node_modules/typescript/bin/tsc'], { cwd });
  const output = await run(process.execPath, ['--test', '--test-reporter=tap', 'main.test.js'], { cwd });
  const [, passed = '0'] = /^# pass (\d+)$/m.exec(output) ?? [];
  if (passed === '0') throw new Error(`no test ran:\n${output}`);
  return `${passed} recipes`;
}
