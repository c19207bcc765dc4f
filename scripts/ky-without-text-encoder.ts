// A plugin of esbuild: ky can be imported where there is no TextEncoder, as in Jest's jsdom.
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** A constant that ky computes when it is imported, for progress reports of uploads: nothing here uploads. */
const COMPUTED = "new TextEncoder().encode('------WebKitFormBoundaryaxpyiPgbbPti10Rw').length";

/** jest-environment-jsdom has no `TextEncoder`: the package could not even be imported there. */
export const kyWithoutTextEncoder: Plugin = {
  name: 'ky-without-text-encoder',
  setup({ onLoad }) {
    onLoad({ filter: /ky[\\/]distribution[\\/]core[\\/]constants\.js$/ }, async ({ path }) => {
      const contents = await readFile(path, 'utf8');
      if (!contents.includes(COMPUTED)) throw new Error(`Failed to find ${COMPUTED} in ${path}.`);
      return { contents: contents.replace(COMPUTED, '40') };
    });
  },
};
