// Runs the unit tests with every Node that the package supports: all, or those that the command line names.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, dirname, join } from 'node:path';
import { installNode, NODE_VERSIONS } from './node.ts';
import { plainEnvironment, ROOT } from './project.ts';

async function passesWith(node: string): Promise<boolean> {
  const env = plainEnvironment();
  // Programs that the tests start run on the same Node.
  env.PATH = dirname(node) + delimiter + env.PATH;
  // The types are the same for every Node.
  const args = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--typecheck.enabled=false'];
  const child = spawn(node, args, { cwd: ROOT, env, stdio: 'inherit' });
  const [code] = await once(child, 'close');
  return code === 0;
}

const words = process.argv.slice(2);
const isNamed = (version: string) => words.length === 0 || words.some((word) => version.startsWith(word));
const outcomes: string[] = [];
for (const version of NODE_VERSIONS.filter(isNamed)) {
  const passes = await passesWith(await installNode(version));
  outcomes.push(`Node ${version.padEnd(8)} ${passes ? 'passed' : 'failed'}`);
  if (!passes) process.exitCode = 1;
}
console.log(outcomes.join('\n'));
// A run without a version proves nothing.
if (outcomes.length === 0) process.exitCode = 1;
