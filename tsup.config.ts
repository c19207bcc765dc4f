import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    testing: 'src/testing/index.ts',
  },
  format: ['esm', 'cjs'],
  target: 'es2022',
  platform: 'neutral',
  dts: true,
  clean: true,
  splitting: true,
  treeshake: false,
  // The three libraries travel inside the package: a user installs one package, and no version can clash.
  noExternal: ['ky', 'p-retry', 'zod'],
});
