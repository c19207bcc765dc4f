import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../vitest.config.ts';

const suites = [
  'cancellation',
  'deadline',
  'errors',
  'ids',
  'listeners',
  'options',
  'poll-intervals',
  'polling-failures',
  'redirects',
  'replies',
  'requests',
  'retry-after',
  'secrets',
  'timers',
  'waiting',
  'wake',
];

/** Of the tests, those that a thousand mutants can be put to: of the core, without processes of their own. */
const config = mergeConfig(
  base,
  defineConfig({
    test: { typecheck: { enabled: false }, testNamePattern: /^(?!.*(ten thousand|exits by itself))/ },
  }),
);
config.test = { ...config.test, include: suites.map((suite) => `test/${suite}.test.ts`) };

export default config;
