import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** What ky finds out when it is imported, though only uploads need it, and nothing is ever uploaded. */
const PROBES = [
  /(?<=export const supportsRequestStreams = )\(\(\) => \{.*?\n\}\)\(\)(?=;)/s,
  /(?<=export const supportsFormData = )typeof globalThis\.FormData === 'function'(?=;)/,
];

/** Takes ky's probes for uploads out of the bundle: for them, Node loads all of `fetch` before anyone asks for it. */
export const withoutProbes: Plugin = {
  name: 'without-probes',
  setup({ onLoad }) {
    onLoad({ filter: /ky[\\/]distribution[\\/]core[\\/]constants\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, 'utf8');
      for (const probe of PROBES) {
        if (!probe.test(contents)) throw new Error(`Failed to find the probe ${probe} in ${path}.`);
        contents = contents.replace(probe, 'false');
      }
      return { contents };
    });
  },
};
