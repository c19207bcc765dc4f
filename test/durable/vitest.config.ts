import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** What needs a Redis: `npm run test:durable`. One file at a time, so that the figures are of one fleet alone. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], typecheck: { enabled: false } } },
  defineConfig({
    test: {
      include: ['test/durable/*.durable.ts'],
      fileParallelism: false,
      testTimeout: 180_000,
      hookTimeout: 30_000,
    },
  }),
);
