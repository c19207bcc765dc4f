// Vitest's configuration for the mutation run: the tests that are quick enough to run for each of a thousand mutants.
import { relative } from 'node:path';
import { defineConfig, mergeConfig, type Plugin } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import base from '../vitest.config.ts';

/** Tests of other parts, and tests that start processes. */
const others = [
  'ai-sdk',
  'browser',
  'build-video',
  'bundle',
  'cli',
  'consumers',
  'download',
  'durable',
  'emulator',
  'examples',
  'faults',
  'first-polls',
  'limiter',
  'links',
  'outage',
  'oversized',
  'proxy',
  'public-surface',
  'readme',
  'save-all',
  'save-video',
  'server-example',
  'source-files',
  'to-node-handler',
  'types',
  'wait-for-all',
];

/**
 * Concurrent tests would hide which of them reaches a mutant. Left out are those that start a process, which has no mutant,
 * and the one that waits until a connection times out.
 */
const forMutants: Plugin = {
  name: 'for-mutants',
  enforce: 'pre',
  transform: (code) =>
    code
      .replaceAll(/\b(describe|it)\.concurrent/g, '$1')
      .replaceAll(/\b(describe|it)(?=\('(a process|ten thousand)\b)/g, '$1.skip')
      .replaceAll(/\bit\.runIf\(.+\)(?=\($)/gm, 'it.skip'),
};

/** The files that took least time last come first: most mutants are found by a quick test, too. */
class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const durations = new Map(
      files.map((file) => {
        const key = `${file.project.name}:${relative(this.ctx.config.root, file.moduleId)}`;
        return [file, this.ctx.cache.getFileTestResults(key)?.duration ?? 0] as const;
      }),
    );
    return [...files].sort((a, b) => (durations.get(a) ?? 0) - (durations.get(b) ?? 0));
  }
}

const config = mergeConfig(
  base,
  defineConfig({
    plugins: [forMutants],
    test: {
      exclude: others.flatMap((name) => [`test/${name}*.test.ts`, `test/${name}/**`]),
      // A process for all files of a mutant: to load the sources takes longer than to run most tests.
      isolate: false,
      maxWorkers: 1,
      sequence: { sequencer: QuickestFirst },
      // One that hangs is then found before Stryker's own, longer limit, which costs a new process.
      testTimeout: 5_000,
      typecheck: { enabled: false },
    },
  }),
);
config.test = { ...config.test, include: ['test/**/*.test.ts'] };

export default config;
