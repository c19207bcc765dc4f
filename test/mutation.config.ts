// Vitest's configuration for the mutation run: the tests that are quick enough to run for each of a thousand mutants.
import { defineConfig, mergeConfig, type Plugin } from 'vitest/config';
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
  'faults/properties',
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

/** Concurrent tests would hide which of them reaches a mutant. */
const inTurn: Plugin = {
  name: 'in-turn',
  enforce: 'pre',
  transform: (code) => code.replaceAll('describe.concurrent', 'describe'),
};

const config = mergeConfig(
  base,
  defineConfig({
    plugins: [inTurn],
    test: {
      exclude: others.flatMap((name) => [`test/${name}*.test.ts`, `test/${name}/**`]),
      testNamePattern: /^(?!.*(ten thousand|exits by itself))/,
      typecheck: { enabled: false },
    },
  }),
);
config.test = { ...config.test, include: ['test/**/*.test.ts'] };

export default config;
