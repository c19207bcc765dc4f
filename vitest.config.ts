// The unit tests, and the tests of types.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^videos-client$/, replacement: source('index.ts') },
      { find: /^videos-client\/node$/, replacement: source('node/index.ts') },
      { find: /^videos-client\/testing$/, replacement: source('testing/index.ts') },
      { find: /^videos-client\/proxy$/, replacement: source('proxy/index.ts') },
      { find: /^videos-client\/ai-sdk$/, replacement: source('ai-sdk/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    exclude: ['test/consumers/**', '**/node_modules/**'],
    typecheck: { enabled: true, include: ['test/types/**/*.test-d.ts'], tsconfig: './tsconfig.json' },
    // A machine may be busy; a test that hangs takes longer than this.
    testTimeout: 30_000,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
  },
});
