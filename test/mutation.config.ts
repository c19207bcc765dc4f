import { defineConfig, mergeConfig, type Plugin } from 'vitest/config';
import base from '../vitest.config.ts';

/** What has another subject than the core, or takes processes of its own. */
const others = [
  'browser',
  'build-video',
  'bundle',
  'consumers',
  'download',
  'durable',
  'emulator',
  'examples',
  'faults/properties',
  'many',
  'outage',
  'oversized',
  'proxy',
  'public-surface',
  'readme',
  'save-video',
  'types',
];

/** Side by side, tests cannot be told which of them reaches a mutant. */
const inTurn: Plugin = {
  name: 'in-turn',
  enforce: 'pre',
  transform: (code) => code.replaceAll('describe.concurrent', 'describe'),
};

/** Of the tests, those that a thousand mutants can be put to. */
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
