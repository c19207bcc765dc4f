// Runs the unit tests with every release of Node that the package supports, the oldest first.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, dirname, join } from 'node:path';
import { emptyFolder, npmInstall, plainEnvironment, ROOT } from './project.ts';

/** The first is the oldest that `engines` allows. */
const VERSIONS = ['20.19.0', '22.23.3', '24.21.0', '26.10.0'];

/** Installs a release of Node, which comes as a package for each platform. */
async function install(version: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = await emptyFolder(`node-${version}`);
  await npmInstall(folder, [`${name}@${version}`]);
  return join(folder, 'node_modules', name, 'bin', 'node');
}

async function test(node: string): Promise<boolean> {
  const env = plainEnvironment();
  // What the tests start is started with the same Node.
  env.PATH = dirname(node) + delimiter + env.PATH;
  // The types are the same for every Node.
  const args = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--typecheck.enabled=false'];
  const child = spawn(node, args, { cwd: ROOT, env, stdio: 'inherit' });
  const [code] = await once(child, 'close');
  return code === 0;
}

const chosen = process.argv.slice(2);
const versions = VERSIONS.filter(
  (version) => chosen.length === 0 || chosen.some((start) => version.startsWith(start)),
);
const outcomes: string[] = [];
for (const version of versions) {
  const passes = await test(await install(version));
  outcomes.push(`Node ${version.padEnd(8)} ${passes ? 'passed' : 'failed'}`);
  if (!passes) process.exitCode = 1;
}
console.log(outcomes.join('\n'));
