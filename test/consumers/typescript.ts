// Whether the package's types are found, and right, however a program is compiled.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './project.ts';

/** How the package is found: each takes its own way through `exports`, and the oldest goes round it. */
const RESOLUTIONS = {
  node16: { module: 'node16', formats: ['mts', 'cts'] },
  nodenext: { module: 'nodenext', formats: ['mts', 'cts'] },
  bundler: { module: 'esnext', moduleResolution: 'bundler', formats: ['ts'] },
  node10: { module: 'commonjs', moduleResolution: 'node', formats: ['ts'] },
};

/** Programs for the web know the DOM's names, programs for Node know Node's, many know both. */
const WORLDS = {
  web: { lib: ['es2022', 'dom', 'dom.iterable', 'esnext.disposable'], types: [] },
  node: { lib: ['es2022'], types: ['node'] },
  both: { lib: ['es2022', 'dom', 'dom.iterable'], types: ['node'] },
};

type Case = [version: string, resolution: keyof typeof RESOLUTIONS, world: keyof typeof WORLDS];

const CASES: readonly Case[] = [
  ['4.8', 'node16', 'both'],
  ['4.8', 'node10', 'node'],
  ['5.0', 'bundler', 'both'],
  ['5.9', 'node16', 'node'],
  ['5.9', 'nodenext', 'both'],
  ['5.9', 'bundler', 'web'],
  ['6.0', 'nodenext', 'node'],
  ['6.0', 'bundler', 'web'],
  ['7.0', 'nodenext', 'node'],
  ['7.0', 'bundler', 'web'],
];

/** Compiles the conformance as a user's code, the package's own declarations included. */
export async function compile(cwd: string): Promise<string> {
  for (const [version, resolution, world] of CASES) {
    const { formats, ...how } = RESOLUTIONS[resolution];
    const parts = world === 'web' ? ['conformance'] : ['conformance', 'conformance-files'];
    const files = ['usage.ts', ...parts.flatMap((part) => formats.map((format) => `${part}.${format}`))];
    const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false };
    const compilerOptions = { ...strict, ...how, ...WORLDS[world], target: 'es2022', noEmit: true };
    const config = `tsconfig.${version}.${resolution}.json`;
    await writeFile(join(cwd, config), JSON.stringify({ compilerOptions, files }));
    const compiler = `node_modules/typescript-${version}/bin/tsc`;
    await run(process.execPath, [compiler, '--project', config], { cwd });
  }
  return `${CASES.length} ways, ${CASES.at(0)?.[0]} to ${CASES.at(-1)?.[0]}`;
}

/** Compiles the recipes for a fetch of a library, with the library's own types. */
export async function checkRecipes(cwd: string): Promise<void> {
  for (const world of ['node', 'both'] as const) {
    const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: true };
    const compilerOptions = {
      ...strict,
      module: 'nodenext',
      ...WORLDS[world],
      target: 'es2022',
      noEmit: true,
    };
    const config = `tsconfig.${world}.json`;
    await writeFile(join(cwd, config), JSON.stringify({ compilerOptions, files: ['recipes.ts'] }));
    await run(process.execPath, ['node_modules/typescript/bin/tsc', '--project', config], { cwd });
  }
}
