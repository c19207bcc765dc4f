// What the parts of the bench share.
import { fork, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Where the alternatives and the packed package are installed, beside the code that uses them. */
export const WORKSPACE = pathOf('.alternatives');

/** The results of one part of the bench. */
export interface Section {
  /** Its line in the summary at the top. */
  readonly summary: string;
  readonly text: string;
}

/** What is compared, with its name in the tables. */
export const CANDIDATES = {
  fetch: 'bare `fetch`',
  'videos-client': '**videos-client**',
  replicate: 'replicate',
  fal: '@fal-ai/client',
  runway: '@runwayml/sdk',
  openai: 'openai',
  luma: 'lumaai',
  google: '@google/genai',
} as const;

export type Candidate = keyof typeof CANDIDATES;

export const NAMES = Object.keys(CANDIDATES) as Candidate[];

export const codeOf = (name: string) => `${WORKSPACE}/${name}.mjs`;

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** What a script of `children/` prints as its last line, run in a process of its own. */
export async function runChild<T>(script: string, args: readonly string[], flags: string[] = []): Promise<T> {
  const child = spawn(process.execPath, [...flags, pathOf(`children/${script}`), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${script} ${args.join(' ')} ended with code ${code}`);
  return JSON.parse(output.trim().split('\n').at(-1) ?? '');
}

/** A fresh server, and its counts. */
export interface Server {
  readonly url: string;
  stats(): Promise<{ requests: number; mostSockets: number }>;
}

export async function withServer<T>(work: (server: Server) => Promise<T>): Promise<T> {
  const child = fork(pathOf('server.mjs'), { execArgv: [] });
  try {
    const port = await new Promise((resolve) => child.once('message', resolve));
    const url = `http://127.0.0.1:${port}`;
    return await work({ url, stats: async () => (await fetch(`${url}/stats`)).json() });
  } finally {
    child.kill();
  }
}

/** Runs them all in turn, round by round, so that a slow moment of the machine slows all of them. */
export async function interleave<K extends string, T>(
  names: readonly K[],
  rounds: number,
  run: (name: K) => Promise<T>,
): Promise<Map<K, T[]>> {
  const results = new Map<K, T[]>(names.map((name) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const name of names) {
      process.stderr.write(`  round ${round} of ${rounds}: ${name}\n`);
      results.get(name)?.push(await run(name));
    }
  }
  return results;
}

/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const ruler = head.map((_, column) => (column === 0 ? '---' : '--:'));
  return [line(head), line(ruler), ...rows.map(line)].join('\n');
}

export const format = (value: number, digits = 0) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
