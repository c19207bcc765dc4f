// The build: ES modules and CommonJS, with the libraries compiled in.
import { defineConfig } from 'tsup';
import { kyWithoutTextEncoder } from './scripts/ky-without-text-encoder.ts';
import { thirdPartyLicenses } from './scripts/third-party-licenses.ts';

const modules = {
  index: 'src/index.ts',
  node: 'src/node/index.ts',
  proxy: 'src/proxy/index.ts',
  testing: 'src/testing/index.ts',
  'ai-sdk': 'src/ai-sdk/index.ts',
};

export default defineConfig({
  entry: { ...modules, cli: 'src/cli/index.ts' },
  format: ['esm', 'cjs'],
  target: 'es2022',
  platform: 'neutral',
  // Chunks are shared by the entries, so that an error class is one class for all of them.
  splitting: true,
  dts: { entry: modules },
  clean: true,
  // The libraries travel inside the package: a user installs one package, and no version can clash.
  noExternal: ['ky', 'p-retry', 'zod'],
  external: [/^node:/, '@ai-sdk/provider'],
  // Deno and workerd know the built-ins by their full names only.
  removeNodeProtocol: false,
  esbuildPlugins: [thirdPartyLicenses, kyWithoutTextEncoder],
});
