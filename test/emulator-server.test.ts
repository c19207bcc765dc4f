import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get, request as httpRequest, type IncomingMessage } from 'node:http';
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import {
  createVideosEmulator,
  sampleVideo,
  type VideosEmulator,
  type VideosEmulatorOptions,
} from 'videos-client/testing';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

const KEY = { authorization: 'Bearer test-key' };

let emulator: VideosEmulator;

beforeEach(() => {
  emulator = createVideosEmulator();
  emulator.addTask({ id: 'video_1', after: { polls: 1 } });
});

/** Sends bytes as they are, and reads until the server closes the connection. */
async function exchange(origin: string, request: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = createConnection(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(request);
  return text(socket);
}

describe('an emulator that listens', () => {
  it('a listening emulator serves a task, and its file from another origin', async () => {
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
    ['returns something that is not a task', () => ({ outcome: 'nope' }) as never, 500],
    ['returns null', () => null as never, 404],
  ])('a listening emulator replies even if onUnknownId %s', async (_, onUnknownId, status) => {
    await using server = await createVideosEmulator({ onUnknownId }).listen();
    const response = await fetch(`${server.baseUrl}/v1/result/unknown`, { headers: KEY });
    expect(response.status).toBe(status);
    if (status === 500)
      expect(await response.text()).toMatch(/^The emulator failed: (a slip|Invalid option outcome)/);
  });

  it('a listening emulator records the same requests as its fetch', async () => {
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

  it('pages of any origin may use both hosts of a listening emulator', async () => {
    await using server = await emulator.listen();
    const preflight = await fetch(`${server.baseUrl}/v1/result/video_1`, {
      method: 'OPTIONS',
      headers: { 'access-control-request-headers': 'authorization,x-mine' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,x-mine');
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET, POST');
    for (const url of [`${server.baseUrl}/v1/result/video_1`, `${server.filesUrl}/video_1.mp4`]) {
      const response = await fetch(url);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      const exposed = response.headers.get('access-control-expose-headers');
      for (const name of ['Retry-After', 'ETag', 'Content-Range', 'Content-Length']) {
        expect(exposed).toContain(name);
      }
    }
    // A browser's preflight is not a request of the client.
    expect(emulator.requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  it('an emulator may listen several times, with one set of tasks', async () => {
    await using first = await emulator.listen();
    await using second = await emulator.listen();
    for (const { baseUrl, filesUrl } of [first, second]) {
      const response = await fetch(`${baseUrl}/v1/result/video_1`, { headers: KEY });
      expect(await response.json()).toMatchObject({ video_url: `${filesUrl}/video_1.mp4` });
    }
  });

  it('connections are kept alive, except while a scripted fault is to come', async () => {
    await using server = await emulator.listen();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const poll = async () => {
      const request = get(`${server.baseUrl}/v1/result/video_1`, { headers: KEY, agent });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      await text(response);
      return [response.statusCode, request.reusedSocket, response.headers.connection];
    };
    expect(await poll()).toEqual([200, false, 'keep-alive']);
    expect(await poll()).toEqual([200, true, 'keep-alive']);
    emulator.fail({ id: 'video_2', with: { status: 503 } });
    expect(await poll()).toEqual([200, true, 'close']);
    emulator.fail({ id: 'video_1', with: { status: 500 } });
    expect(await poll()).toEqual([500, false, 'close']);
    emulator.reset();
    expect(await poll()).toEqual([404, false, 'keep-alive']);
    expect(await poll()).toEqual([404, true, 'keep-alive']);
  });

  it('a browser gets a new connection each time, because it repeats a request that breaks on a reused one', async () => {
    await using server = await emulator.listen();
    const headers = { ...KEY, 'sec-fetch-site': 'cross-site' };
    const request = get(`${server.baseUrl}/v1/result/video_1`, { headers });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(response.headers.connection).toBe('close');
    response.resume();
  });

  it('a listening emulator explains itself to GET /, without recording it', async () => {
    emulator.addTask({ id: 'video/2', outcome: 'failed', after: { ms: 0 } });
    emulator.fail({ with: 'reset' });
    await using server = await emulator.listen();
    const response = await fetch(new URL('/', server.baseUrl));
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe(`A local emulator of the Videos API.

base URL  ${server.baseUrl}
API key   test-key
files     ${server.filesUrl}
tasks     video_1  queued, polls: 0
          video/2  failed, polls: 0

curl -H "Authorization: Bearer test-key" ${server.baseUrl}/v1/result/video_1
`);
    expect(emulator.requests).toEqual([]);
    emulator.reset();
    for (let i = 0; i < 22; i++) emulator.addTask();
    expect(await (await fetch(new URL('/', server.baseUrl))).text()).toContain('\n          and 2 more\n');
  });

  it('a listening emulator reads the body of a request, in pieces too', async () => {
    await using server = await emulator.listen();
    const prompt = '猫'.repeat(1_400);
    const body = Buffer.from(JSON.stringify({ model: 'videos', prompt, duration: 5 }));
    const url = `${server.baseUrl}/v1/videos/videos`;
    const request = httpRequest(url, { method: 'POST', headers: KEY });
    for (let at = 0; at < body.length; at += 1_000) request.write(body.subarray(at, at + 1_000));
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(JSON.parse(await text(response))).toMatchObject({ status: 'queued' });
    expect(emulator.requests[0]?.body).toEqual({ model: 'videos', prompt, duration: 5 });
  });

  it('the reply to a target that is not a URL is a 400', async () => {
    await using server = await emulator.listen();
    const reply = await exchange(
      server.filesUrl,
      'GET http://elsewhere:port/ HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    );
    expect(reply).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('an emulator listens on the ports that it is given, and rejects if one is in use', async () => {
    const first = await emulator.listen();
    const port = Number(new URL(first.baseUrl).port);
    const filesPort = Number(new URL(first.filesUrl).port);
    await expect(emulator.listen({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(emulator.listen({ filesPort })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await first.close();
    await using second = await emulator.listen({ port, filesPort });
    expect([second.baseUrl, second.filesUrl]).toEqual([first.baseUrl, first.filesUrl]);
  });

  it('an emulator that listens on every address gives the file the host name of the request', async () => {
    await using server = await emulator.listen({ host: '0.0.0.0' });
    const { port } = new URL(server.baseUrl);
    expect(server.baseUrl).toBe(`http://127.0.0.1:${port}/kyyReactApiServer`);
    const url = `http://localhost:${port}/kyyReactApiServer/v1/result/video_1`;
    const response = await fetch(url, { headers: KEY });
    const { video_url } = (await response.json()) as { video_url: string };
    expect(video_url).toBe(`${server.filesUrl.replace('127.0.0.1', 'localhost')}/video_1.mp4`);
    expect((await fetch(video_url)).status).toBe(200);
  });

  it('listen refuses a host that is not a string, and an option that it does not know', async () => {
    await expect(emulator.listen({ host: '' })).rejects.toThrow(
      new TypeError('Invalid option host: "". Expected an address or a host name.'),
    );
    await expect(emulator.listen({ ports: 1 } as never)).rejects.toThrow(
      new TypeError('Invalid option ports (1): unknown option; did you mean port?'),
    );
  });

  it.each([
    [-1, RangeError],
    [65_536, RangeError],
    [1.5, RangeError],
    ['80', TypeError],
  ])('listen refuses the port %j', async (port, kind) => {
    const listening = emulator.listen({ port: port as number });
    await expect(listening).rejects.toThrow(kind);
    await expect(listening).rejects.toThrow('Expected a whole number, 0 to 65535.');
  });

  it('close cuts every open connection, and may be called twice', async () => {
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

  it('listen names the runtimes where it works, where there is no node:http', async () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never);
    await expect(emulator.listen()).rejects.toThrow(
      "this runtime has no node:http. Listen in Node 20.19 or later, Bun or Deno; elsewhere use emulator.fetch as the client's fetch.",
    );
  });

  it('a closed emulator lets the process end, also after a port that was in use', {
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
