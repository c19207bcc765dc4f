import { readFile } from 'node:fs/promises';
import { parse } from 'node:path';
import type { OnLoadResult, Plugin } from 'esbuild';

/** What ky looks for when it is imported, and nobody here needs: support for uploads, and for a time limit of its own. */
const PROBES = [
  /(?<=export const supportsRequestStreams = )\(\(\) => \{.*?\n\}\)\(\)(?=;)/s,
  /(?<=export const supportsFormData = )typeof globalThis\.FormData === 'function'(?=;)/,
  /(?<=export const usualFormBoundarySize = )new TextEncoder\(\)[^;]*(?=;)/,
  /(?<=export const supportsAbortController = )typeof globalThis\.[^;]*(?=;)/,
  /(?<=export const supportsAbortSignal = )typeof globalThis\.[^;]*(?=;)/,
];

/** How ky merges the parameters of a search: no request here has any. */
const SEARCH = /(?<=const appendSearchParameters = )\(target, source\) => \{.*?\n\}(?=;)/s;

/** How ky finds out whether to retry, and when: its own retry is off. */
const RETRIES = /#calculateDelay\(\) \{.*?(?=#decorateResponse\(response\) \{)/s;

/** A file of a library with something else in place of some parts. */
async function without(path: string, parts: RegExp[], by = 'false'): Promise<OnLoadResult> {
  let contents = await readFile(path, 'utf8');
  for (const part of parts) {
    const lean = contents.replace(part, by);
    if (lean === contents) throw new Error(`Failed to find ${part} in ${path}.`);
    contents = lean;
  }
  return { contents };
}

/**
 * Tells ky that there is none of it. What it looks for first would make Node load all of `fetch` before anyone asks for
 * it; with the last two, each look would have a signal that nothing ever aborts. And leaves out what is never called: ky's
 * reports of progress, its retries and time limits, all of which are off, and what its errors carry; and what p-retry
 * knows of the words of each platform's network errors, of which it sees none but ours.
 */
export const leanLibraries: Plugin = {
  name: 'lean-libraries',
  setup({ onLoad }) {
    onLoad({ filter: /ky[\\/]distribution[\\/]core[\\/]constants\.js$/ }, ({ path }) =>
      without(path, PROBES),
    );
    onLoad({ filter: /ky[\\/]distribution[\\/]utils[\\/]merge\.js$/ }, ({ path }) => without(path, [SEARCH]));
    onLoad({ filter: /ky[\\/]distribution[\\/]core[\\/]Ky\.js$/ }, ({ path }) =>
      without(path, [RETRIES], 'async #calculateRetryDelay(error) { throw error; } '),
    );
    onLoad({ filter: /ky[\\/]distribution[\\/]utils[\\/]body\.js$/ }, () => ({
      contents: 'export const streamRequest = (request) => request, streamResponse = (response) => response;',
    }));
    onLoad({ filter: /ky[\\/]distribution[\\/]utils[\\/](delay|timeout)\.js$/ }, () => ({
      contents: 'export default () => {};',
    }));
    onLoad(
      { filter: /ky[\\/]distribution[\\/]errors[\\/](HTTP|ForceRetry|Timeout)Error\.js$/ },
      ({ path }) => ({
        contents: `export class ${parse(path).name} extends Error {}`,
      }),
    );
    onLoad({ filter: /is-network-error[\\/]index\.js$/ }, () => ({
      contents: 'export default () => false;',
    }));
  },
};
