import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { sampleVideo } from 'videos-client/testing';
import { afterEach, describe, expect, it } from 'vitest';

const cwd = new URL('..', import.meta.url);
const running: ChildProcessWithoutNullStreams[] = [];

function start(...args: string[]): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/index.ts', 'emulator', ...args], {
    cwd,
  });
  running.push(child);
  return child;
}

/** What the program prints once it listens. */
async function greeting(child: ChildProcessWithoutNullStreams): Promise<string> {
  let said = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    said += chunk;
    if (/^curl .*\n/m.test(said)) return said;
  }
  throw new Error(`It ended, and printed: ${said}${await text(child.stderr)}`);
}

/** The command ran to its end. */
async function run(...args: string[]) {
  const child = start(...args);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { stdout, stderr, code };
}

const find = (said: string, pattern: RegExp) => pattern.exec(said)?.[1] ?? '';
const baseUrlIn = (said: string) => find(said, /^base URL +(\S+)$/m);

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

describe('the command videos-client emulator', { timeout: 20_000 }, () => {
  it('the program prints its base URL, its key, a file and a curl line, all of which work', async () => {
    const said = await greeting(start('--port', '0'));
    const file = await fetch(find(said, /^file +(\S+)$/m));
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(sampleVideo());
    const [, name = '', value = '', url = ''] = /^curl -H "([^:]+): ([^"]+)" (\S+)$/m.exec(said) ?? [];
    expect(url.startsWith(baseUrlIn(said))).toBe(true);
    expect(value).toBe(`Bearer ${find(said, /^API key +(\S+)$/m)}`);
    const response = await fetch(url, { headers: { [name]: value } });
    expect(await response.json()).toMatchObject({ id: 'video_1234567890', status: 'queued' });
  });

  it('the program plays the tasks that it names, and any other whose id starts with video_', async () => {
    const said = await greeting(start('--port', '0', '--api-key', 'mine'));
    const poll = async (id: string) => {
      const headers = { authorization: 'Bearer mine' };
      const response = await fetch(`${baseUrlIn(said)}/v1/result/${id}`, { headers });
      return ((await response.json()) as { status?: string }).status ?? response.status;
    };
    const walk = async (id: string) => [await poll(id), await poll(id), await poll(id)];
    for (const id of ['video_1234567890', 'video_failing', 'video_endless']) expect(said).toContain(id);
    expect(await walk('video_1234567890')).toEqual(['queued', 'processing', 'completed']);
    expect(await walk('video_failing')).toEqual(['queued', 'failed', 'failed']);
    expect(await walk('video_endless')).toEqual(['queued', 'processing', 'processing']);
    expect(await walk('video_of_mine')).toEqual(['queued', 'processing', 'completed']);
    expect(await poll('other')).toBe(404);
  });

  it('the program fails at the given rate, in the same places for the same seed', async () => {
    const said = await greeting(start('--port', '0', '--fail-rate', '0.3', '--seed', '7'));
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) {
      const headers = { authorization: 'Bearer test-key' };
      statuses.push((await fetch(`${baseUrlIn(said)}/v1/result/video_1`, { headers })).status);
    }
    expect(statuses).toEqual([503, 200, 200, 200, 503, 200, 200, 503, 503, 200, 200, 200]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'the program ends with 0 on %s, also with open connections',
    async (signal) => {
      const child = start('--port', '0');
      const said = await greeting(child);
      await fetch(baseUrlIn(said));
      const exited = once(child, 'exit');
      child.kill(signal);
      expect(await exited).toEqual([0, null]);
    },
  );

  it('the program lists its options with --help', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    for (const option of [
      '--port',
      '--host',
      '--files-port',
      '--polls',
      '--api-key',
      '--fail-rate',
      '--seed',
    ])
      expect(stdout).toContain(option);
  });

  it.each([
    [['--port', 'x'], 'Invalid --port: "x". Expected a whole number, 0 to 65535.'],
    [['--port', '65536'], 'Invalid --port: "65536".'],
    [['--fail-rate', '1.5'], 'Invalid --fail-rate: "1.5". Expected a number, 0 to 1.'],
    [['--fail-rate='], 'Invalid --fail-rate: "".'],
    [['--seed', '-'], 'Invalid --seed: "-". Expected a whole number, 0 to 4294967295.'],
    [['--api-key='], 'Invalid --api-key: "". Expected a key.'],
    [['--prot', '1'], "Unknown option '--prot'"],
    [['--polls', '0'], 'Invalid --polls: "0". Expected a whole number, 1 or more.'],
    [['extra'], 'Unexpected argument: "extra".'],
  ])('the program ends with 2 on %j, and says what it expected', async (args, message) => {
    const { code, stderr, stdout } = await run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(`videos-client: ${message}`);
    expect(stderr).toMatch(/See videos-client emulator --help\.\n$/);
    expect(stdout).toBe('');
  });

  it('the program ends with 1 if its port is in use, and says so', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await run('--port', String(port));
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`address already in use 127.0.0.1:${port}. Choose another port.\n`);
  });
});
