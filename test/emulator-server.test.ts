import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import {
  createVideosEmulator,
  sampleVideo,
  type VideosEmulator,
  type VideosEmulatorOptions,
} from 'videos-client/testing';
import { beforeEach, describe, expect, it, vi } from 'vitest';

const KEY = { authorization: 'Bearer test-key' };

let emulator: VideosEmulator;

beforeEach(() => {
  emulator = createVideosEmulator();
  emulator.addTask({ id: 'video_1', after: { polls: 1 } });
});

/** Sends bytes as they are, and reads until the server hangs up. */
async function exchange(origin: string, request: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = createConnection(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(request);
  return text(socket);
}

describe('an emulator that listens', () => {
  it('serves a task, and its file from another origin', async () => {
    await using server = await emulator.listen();
    expect(server.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/kyyReactApiServer$/);
    expect(new URL(server.baseUrl).origin).not.toBe(server.filesUrl);
    const response = await fetch(`${server.baseUrl}/v1/result/video_1`, { headers: KEY });
    const task = (await response.json()) as { video_url: string };
    expect(task.video_url).toBe(`${server.filesUrl}/video_1.mp4`);
    const file = await fetch(task.video_url, { headers: { range: 'bytes=5-' } });
    expect(file.status).toBe(206);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(sampleVideo().slice(5));
  });

  it.each<[string, VideosEmulatorOptions['onUnknownId'], number]>([
    [
      'throws',
      () => {
        throw new Error('a slip');
      },
      500,
    ],
    ['returns what is no task', () => ({ outcome: 'nope' }) as never, 500],
    ['returns null', () => null as never, 404],
  ])('answers also where onUnknownId %s', async (_, onUnknownId, status) => {
    await using server = await createVideosEmulator({ onUnknownId }).listen();
    const response = await fetch(`${server.baseUrl}/v1/result/unknown`, { headers: KEY });
    expect(response.status).toBe(status);
    if (status === 500)
      expect(await response.text()).toMatch(/^The emulator failed: (a slip|Invalid option outcome)/);
  });

  it('records the same requests as its fetch', async () => {
    await using server = await emulator.listen();
    await fetch(`${server.baseUrl}/v1/result/video_1`, { headers: KEY });
    expect(emulator.requests).toEqual([
      expect.objectContaining({
        on: 'api',
        method: 'GET',
        id: 'video_1',
        status: 200,
        url: `${server.baseUrl}/v1/result/video_1`,
      }),
    ]);
    expect(JSON.stringify(emulator.requests)).not.toContain('test-key');
  });

  it('lets pages of any origin use both of its hosts', async () => {
    await using server = await emulator.listen();
    const preflight = await fetch(`${server.baseUrl}/v1/result/video_1`, {
      method: 'OPTIONS',
      headers: { 'access-control-request-headers': 'authorization,x-mine' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,x-mine');
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET, HEAD');
    for (const url of [`${server.baseUrl}/v1/result/video_1`, `${server.filesUrl}/video_1.mp4`]) {
      const response = await fetch(url);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      const exposed = response.headers.get('access-control-expose-headers');
      for (const name of ['Retry-After', 'ETag', 'Content-Range', 'Content-Length']) {
        expect(exposed).toContain(name);
      }
    }
    // The question of a browser is no request of the client's.
    expect(emulator.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  it('shows one set of tasks on as many servers as asked for', async () => {
    await using first = await emulator.listen();
    await using second = await emulator.listen();
    for (const { baseUrl, filesUrl } of [first, second]) {
      const response = await fetch(`${baseUrl}/v1/result/video_1`, { headers: KEY });
      expect(await response.json()).toMatchObject({ video_url: `${filesUrl}/video_1.mp4` });
    }
  });

  it('lets no connection be used twice, because a fault on the second use may be hidden from its caller', async () => {
    await using server = await emulator.listen();
    const response = await fetch(`${server.baseUrl}/v1/result/video_1`, { headers: KEY });
    expect(response.headers.get('connection')).toBe('close');
  });

  it('answers what is no URL with 400', async () => {
    await using server = await emulator.listen();
    const reply = await exchange(
      server.filesUrl,
      'GET http://elsewhere:port/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    );
    expect(reply).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('listens on the port that it is given, and rejects where that is in use', async () => {
    const first = await emulator.listen();
    const port = Number(new URL(first.baseUrl).port);
    await expect(emulator.listen({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first.close();
    await using second = await emulator.listen({ port });
    expect(new URL(second.baseUrl).port).toBe(String(port));
  });

  it.each([
    [-1, RangeError],
    [65_536, RangeError],
    [1.5, RangeError],
    ['80', TypeError],
  ])('refuses the port %j', async (port, kind) => {
    const listening = emulator.listen({ port: port as number });
    await expect(listening).rejects.toThrow(kind);
    await expect(listening).rejects.toThrow('Expected a whole number, 0 to 65535.');
  });

  it('cuts every open connection when it is closed, and may be closed twice', async () => {
    const server = await emulator.listen();
    emulator.fail({ with: 'timeout' });
    const silent = fetch(`${server.baseUrl}/v1/result/video_1`, { headers: KEY });
    const rejection = expect(silent).rejects.toThrow('fetch failed');
    await expect.poll(() => emulator.requests.length, { timeout: 4000 }).toBe(1);
    await server.close();
    await rejection;
    await server.close();
    await expect(fetch(server.baseUrl)).rejects.toThrow('fetch failed');
  });

  it('says where it can listen, where there is no node:http', async () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never);
    await expect(emulator.listen()).rejects.toThrow(
      "this runtime has no node:http. Listen in Node 20.16 or later, Bun or Deno; elsewhere use emulator.fetch as the client's fetch.",
    );
  });

  it('lets the process end once it is closed, also after a port that was in use', {
    timeout: 20_000,
  }, async () => {
    const script = `
      import { createVideosEmulator } from './src/testing/index.ts';
      const emulator = createVideosEmulator();
      const server = await emulator.listen();
      const port = Number(new URL(server.baseUrl).port);
      await emulator.listen({ port }).catch(({ code }) => console.log(code));
      emulator.fail({ with: 'timeout' });
      fetch(server.baseUrl + '/v1/result/x').catch(() => console.log('cut'));
      const timer = setInterval(async () => {
        if (emulator.requests.length === 0) return;
        clearInterval(timer);
        await server.close();
        console.log('closed');
      }, 5);
    `;
    const cwd = new URL('..', import.meta.url);
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd, timeout: 20_000 });
    expect(stdout.split('\n').sort()).toEqual(['', 'EADDRINUSE', 'closed', 'cut']);
  });
});
