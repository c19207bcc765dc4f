import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** What ky looks for when it is imported, and nobody here needs: support for uploads, and for a time limit of its own. */
const PROBES = [
  /(?<=export const supportsRequestStreams = )\(\(\) => \{.*?\n\}\)\(\)(?=;)/s,
  /(?<=export const supportsFormData = )typeof globalThis\.FormData === 'function'(?=;)/,
  /(?<=export const supportsAbortController = )typeof globalThis\.AbortController === 'function'(?=;)/,
];

/**
 * Tells ky that there is none of it. The first two would make Node load all of `fetch` before anyone asks for it; with
 * the third, each look would have a signal that nothing ever aborts. And leaves out what is never called: ky's reports
 * of progress, its pauses and its time limits, all of which are off; and what p-retry knows of the words of each
 * platform's network errors, of which it sees none but ours.
 */
export const leanLibraries: Plugin = {
  name: 'lean-libraries',
  setup({ onLoad }) {
    onLoad({ filter: /ky[\\/]distribution[\\/]core[\\/]constants\.js$/ }, async ({ path }) => {
      let contents = await readFile(path, 'utf8');
      for (const probe of PROBES) {
        if (!probe.test(contents)) throw new Error(`Failed to find the probe ${probe} in ${path}.`);
        contents = contents.replace(probe, 'false');
      }
      return { contents };
    });
    onLoad({ filter: /ky[\\/]distribution[\\/]utils[\\/]body\.js$/ }, () => ({
      contents: 'export const streamRequest = (request) => request, streamResponse = (response) => response;',
    }));
    onLoad({ filter: /ky[\\/]distribution[\\/]utils[\\/](delay|timeout)\.js$/ }, () => ({
      contents: 'export default () => {};',
    }));
    onLoad({ filter: /is-network-error[\\/]index\.js$/ }, () => ({
      contents: 'export default () => false;',
    }));
  },
};
