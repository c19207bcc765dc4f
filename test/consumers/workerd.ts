// The package in Cloudflare's runtime.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Report } from './conformance.ts';
import { plainEnvironment, platformBinary, run } from './project.ts';
import { withService } from './service.ts';
import { checkBurst } from './worker-burst.ts';

/** Bundles the worker, starts Cloudflare's runtime with it, and requests it: many times at once, then for the report. @throws {Skip} */
export async function runInWorkerd(cwd: string): Promise<Report> {
  const binary = await platformBinary(cwd, '@cloudflare', 'bin/workerd');
  await run('npm', ['run', 'build'], { cwd });
  const child = spawn(binary, ['serve', 'workerd.capnp', '--control-fd=3'], {
    cwd,
    env: plainEnvironment(),
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const exit = once(child, 'exit');
  try {
    const ended = exit.then(() => Promise.reject(new Error(`workerd ended:\n${errors.join('')}`)));
    const port = await Promise.race([readPort(child.stdio[3] as Readable), ended]);
    const origin = `http://127.0.0.1:${port}`;
    await checkBurst(origin);
    return await withService(async (baseUrl) => {
      const url = `${origin}/?baseUrl=${encodeURIComponent(baseUrl)}`;
      const response = await fetch(url, { signal: AbortSignal.timeout(60_000) });
      const text = await response.text();
      if (!response.ok) throw new Error(`${response.status} ${text}\n${errors.join('')}`);
      return JSON.parse(text);
    });
  } finally {
    child.kill();
    await exit;
  }
}

/** workerd reports on its control pipe which free port it took. */
async function readPort(control: Readable): Promise<number> {
  let text = '';
  for await (const chunk of control.setEncoding('utf8')) {
    text += chunk;
    const [, port] = /"event":"listen".*"port":(\d+)/.exec(text) ?? [];
    if (port !== undefined) return Number(port);
  }
  throw new Error(`workerd did not listen: ${text}`);
}
