// All consumers: who uses the package, and how.
import { join } from 'node:path';
import { runAiSdk } from './ai-sdk.ts';
import { findChromium, runInBrowser } from './browser.ts';
import type { Report } from './conformance.ts';
import { checkContents } from './contents.ts';
import { checkCreates } from './creates.ts';
import { writeApps } from './frameworks.ts';
import { runNext } from './next.ts';
import { installNode, NODE_VERSIONS } from './node.ts';
import { checkBundle, checkInstall } from './package.ts';
import { platformBinary, run } from './project.ts';
import { runReact } from './react.ts';
import { runRecipes } from './recipes.ts';
import { checkRecipes, compile } from './typescript.ts';
import { runInWorkerd } from './workerd.ts';

/** A project that uses the package, in `projects/` or `examples/`, and what is done with it. */
export interface Consumer {
  /** For the table. */
  title: string;
  /** Null if the folder is to be empty. */
  project: string | null;
  /** @returns what was seen, for the table. @throws {Skip} if the machine cannot run it. */
  run(folder: string, tarball: string): Promise<string>;
}

const JEST = 'node_modules/jest/bin/jest.js';

/** @throws if the conformance failed, or did not run at all. */
function verdict({ passed, failed }: Report): string {
  const reasons = failed.map(({ title, reason }) => `${title}\n${reason}`);
  if (reasons.length > 0) throw new Error(reasons.join('\n\n'));
  if (passed.length === 0) throw new Error('no check ran');
  return `${passed.length} checks`;
}

/** Runs a program that prints a report. */
async function conform(
  command: string,
  args: readonly string[],
  options: Parameters<typeof run>[2],
): Promise<string> {
  const output = await run(command, args, options);
  const report = output.split('\n').find((line) => line.startsWith('{"passed":'));
  if (report === undefined) throw new Error(`no report in what it printed:\n${output}`);
  return verdict(JSON.parse(report));
}

function bundled(bundler: string): Consumer {
  return {
    title: `${bundler}, in Chromium`,
    project: bundler.toLowerCase(),
    async run(cwd) {
      const chromium = findChromium();
      await run('npm', ['run', 'build'], { cwd });
      return verdict(await runInBrowser(chromium, join(cwd, 'dist')));
    },
  };
}

function withNode(version: string): Consumer[] {
  const consumer = (format: string, project: string): Consumer => ({
    title: `Node ${version}, ${format}`,
    project,
    run: async (cwd) => conform(await installNode(version), ['main.js'], { cwd }),
  });
  return [consumer('ES modules', 'node-esm'), consumer('CommonJS', 'node-cjs')];
}

export const consumers: readonly Consumer[] = [
  { title: 'contents of the tarball', project: null, run: checkContents },
  { title: `npm install, Node ${process.versions.node}`, project: null, run: checkInstall },
  ...NODE_VERSIONS.flatMap(withNode),
  { title: 'TypeScript', project: 'typescript', run: compile },
  {
    title: 'Jest, CommonJS',
    project: 'jest',
    run: (cwd) => conform(process.execPath, [JEST, 'main'], { cwd }),
  },
  {
    title: 'Jest, fake timers',
    project: 'jest',
    run: (cwd) => conform(process.execPath, [JEST, 'fake-timers'], { cwd }),
  },
  { title: 'Jest, jsdom', project: 'jest-jsdom', run: (cwd) => conform(process.execPath, [JEST], { cwd }) },
  {
    title: 'vitest 2, fake timers',
    project: 'vitest',
    run: (cwd) => conform(process.execPath, ['node_modules/vitest/vitest.mjs', 'run'], { cwd }),
  },
  {
    title: 'node:test, mock timers',
    project: 'node-test',
    run: (cwd) => conform(process.execPath, ['main.test.js'], { cwd }),
  },
  {
    title: 'node-fetch, undici',
    project: 'libraries',
    async run(cwd) {
      await checkRecipes(cwd);
      return conform(process.execPath, ['main.js'], { cwd });
    },
  },
  {
    title: "Node 20 with npm's undici",
    project: 'libraries',
    run: async (cwd) => conform(await installNode('20.19.0'), ['connection-close.js'], { cwd }),
  },
  { title: 'size of the bundle', project: 'esbuild', run: checkBundle },
  bundled('esbuild'),
  bundled('Vite'),
  bundled('webpack'),
  {
    title: 'Bun',
    project: 'bun',
    run: async (cwd) => conform(await platformBinary(cwd, '@oven', 'bin/bun'), ['main.js'], { cwd }),
  },
  {
    title: 'Deno',
    project: 'deno',
    async run(cwd) {
      const deno = await platformBinary(cwd, '@deno', 'deno');
      // No permission to read the environment: the package does without.
      const args = [
        'run',
        '--no-prompt',
        '--node-modules-dir=manual',
        '--allow-read=.',
        '--allow-write=.',
        '--allow-net=127.0.0.1',
      ];
      const env = { DENO_DIR: join(cwd, '.deno'), DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' };
      return conform(deno, [...args, 'main.js'], { cwd, env });
    },
  },
  {
    title: 'Express, Fastify, Koa, Hono',
    project: 'frameworks',
    async run(cwd) {
      await writeApps(cwd);
      return conform(process.execPath, ['main.js'], { cwd });
    },
  },
  { title: 'React and Vite, in Chromium', project: 'react', run: runReact },
  { title: 'Next.js, in Chromium', project: 'next', run: runNext },
  { title: 'pino, Prometheus, OpenTelemetry', project: 'production', run: runRecipes },
  { title: 'AI SDK 7, Node 22', project: 'ai-sdk', run: runAiSdk },
  {
    title: 'Bun, every end of a create',
    project: 'bun',
    run: async (cwd) => checkCreates(await platformBinary(cwd, '@oven', 'bin/bun'), ['create.js'], { cwd }),
  },
  {
    title: 'Deno, every end of a create',
    project: 'deno',
    async run(cwd) {
      const args = ['run', '--no-prompt', '--node-modules-dir=manual', '--allow-read=.', '--allow-net'];
      const env = { DENO_DIR: join(cwd, '.deno'), DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' };
      return checkCreates(await platformBinary(cwd, '@deno', 'deno'), [...args, 'create.js'], { cwd, env });
    },
  },
  { title: 'workerd', project: 'workerd', run: async (cwd) => verdict(await runInWorkerd(cwd)) },
];
