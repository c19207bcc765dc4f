// The AI SDK: its own functions with the provider, and the example, as programs of its users.
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installNode } from './node.ts';
import { ROOT, run } from './project.ts';

/** What the AI SDK needs. */
const NODE_VERSION = '22.23.3';

/** @returns what was seen. @throws what the compiler, a test or the example says. */
export async function runAiSdk(cwd: string): Promise<string> {
  await cp(join(ROOT, 'examples/ai-sdk.ts'), join(cwd, 'example.ts'));
  await run(process.execPath, ['node_modules/typescript/bin/tsc'], { cwd });
  const node = await installNode(NODE_VERSION);
  const output = await run(node, ['--test', '--test-reporter=tap', 'main.test.js'], { cwd });
  const [, passed = '0'] = /^# pass (\d+)$/m.exec(output) ?? [];
  if (passed === '0') throw new Error(`no test ran:\n${output}`);

  await run(node, ['example.ts'], { cwd });
  const [saved, sample] = await Promise.all(
    [join(cwd, 'video.mp4'), join(ROOT, 'src/testing/sample-video.mp4')].map((path) => readFile(path)),
  );
  if (sample === undefined || !saved?.equals(sample)) throw new Error('the example saved another file');
  return `${passed} checks, 1 example`;
}
