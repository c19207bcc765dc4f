// Scripts as processes of their own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The environment without the variables that would make an example use a real service. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { VIDEOS_API_KEY: _key, VIDEOS_BASE_URL: _url, ...env } = process.env;
  return env;
}

/** Runs a TypeScript file as a user would, `videos-client` being found by its name. */
export async function runScript(
  file: string,
  args: readonly string[] = [],
  options: {
    cwd?: string;
    env?: NodeJS.ProcessEnv;
    onLine?: (line: string, child: ChildProcess) => void;
    onStart?: (child: ChildProcess) => void;
  } = {},
): Promise<Run> {
  const { cwd = ROOT, env = {}, onLine, onStart } = options;
  // Without a wrapper, so that a signal reaches the script itself.
  const tsx = fileURLToPath(import.meta.resolve('tsx'));
  const child = spawn(process.execPath, ['--import', tsx, file, ...args], {
    cwd,
    env: { ...plainEnvironment(), TSX_TSCONFIG_PATH: `${ROOT}tsconfig.json`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onStart?.(child);
  const run: Run = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    run.stdout += text;
    for (const line of text.split('\n')) onLine?.(line, child);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    run.stderr += text;
  });
  [run.code] = await once(child, 'close');
  return run;
}
