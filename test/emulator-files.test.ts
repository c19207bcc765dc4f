import { readFile } from 'node:fs/promises';
import { createVideosEmulator, sampleVideo, type VideosEmulator } from 'videos-client/testing';
import { beforeEach, describe, expect, it } from 'vitest';

let emulator: VideosEmulator;

beforeEach(() => {
  emulator = createVideosEmulator();
});

const get = (id: string, headers: Record<string, string> = {}, method = 'GET') =>
  emulator.fetch(`${emulator.filesUrl}/${id}.mp4`, { method, headers });

const pick = (response: Response, ...names: string[]) => names.map((name) => response.headers.get(name));

describe('the sample video', () => {
  const file = new URL('../src/testing/sample-video.mp4', import.meta.url);

  it('the sample video is the MP4 next to it, byte for byte', async () => {
    expect(Buffer.from(sampleVideo()).equals(await readFile(file))).toBe(true);
  });

  it('the sample video is small, and can start to play before all of it has arrived', () => {
    const text = Buffer.from(sampleVideo()).toString('latin1');
    expect(text.length).toBeLessThan(50_000);
    expect(text.slice(4, 8)).toBe('ftyp');
    expect(text).toContain('avc1');
    // The index comes before the pictures.
    expect(text.indexOf('moov')).toBeLessThan(text.indexOf('mdat'));
  });

  it('the sample video is a copy that may be written to', () => {
    sampleVideo().fill(0);
    expect(sampleVideo().some((byte) => byte !== 0)).toBe(true);
  });
});

describe('a file of the emulator', () => {
  const BYTES = Uint8Array.from({ length: 100 }, (_, i) => i);

  beforeEach(() => {
    emulator.addTask({ id: 'v', created: 1761635478, video: BYTES });
  });

  it('a file is served whole, with the headers that a download needs', async () => {
    const response = await get('v');
    expect(response.status).toBe(200);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(BYTES);
    expect(pick(response, 'content-type', 'content-length', 'accept-ranges', 'last-modified')).toEqual([
      'video/mp4',
      '100',
      'bytes',
      'Tue, 28 Oct 2025 07:11:18 GMT',
    ]);
    expect(response.headers.get('etag')).toMatch(/^"[^"]+"$/);
  });

  it('the reply to HEAD has the same headers and no body', async () => {
    const [head, whole] = [await get('v', {}, 'HEAD'), await get('v')];
    expect([...head.headers]).toEqual([...whole.headers]);
    expect(await head.text()).toBe('');
  });

  it.each([
    ['bytes=0-9', 'bytes 0-9/100', 0, 10],
    ['bytes=90-', 'bytes 90-99/100', 90, 100],
    ['bytes=-5', 'bytes 95-99/100', 95, 100],
    ['bytes=-500', 'bytes 0-99/100', 0, 100],
    ['bytes=99-200', 'bytes 99-99/100', 99, 100],
    ['bytes=0-0', 'bytes 0-0/100', 0, 1],
  ])('a file is served in the range %s', async (range, contentRange, start, end) => {
    const response = await get('v', { range });
    expect(response.status).toBe(206);
    expect(pick(response, 'content-range', 'content-length')).toEqual([contentRange, String(end - start)]);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(BYTES.slice(start, end));
  });

  it.each(['bytes=100-', 'bytes=500-600', 'bytes=-0'])('a file has no range %s', async (range) => {
    const response = await get('v', { range });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */100');
  });

  it.each(['bytes=9-0', 'bytes=0-1,5-6', 'lines=0-9', 'bytes=-', 'bytes=a-b'])(
    'a file is served whole if the range is %s',
    async (range) => {
      expect((await get('v', { range })).status).toBe(200);
    },
  );

  it('a file is resumed only if If-Range still names it', async () => {
    const [etag, lastModified] = pick(await get('v'), 'etag', 'last-modified') as [string, string];
    const resume = async (ifRange: string) =>
      (await get('v', { range: 'bytes=50-', 'if-range': ifRange })).status;
    expect(await resume(etag)).toBe(206);
    expect(await resume(lastModified)).toBe(206);
    expect(await resume('"other"')).toBe(200);
    expect(await resume(`W/${etag}`)).toBe(200);
    // Another file in its place, of the same length and time.
    emulator.addTask({ id: 'v', created: 1761635478, video: BYTES.map((byte) => 255 - byte) });
    expect(await resume(etag)).toBe(200);
  });

  it.each(['authorization', 'cookie'])('a file is refused to a request that carries %s', async (name) => {
    await using server = await emulator.listen();
    const response = await fetch(`${server.filesUrl}/v.mp4`, { headers: { [name]: 'a=b' } });
    expect(response.status).toBe(400);
    expect(await response.text()).toBe(
      'Files take no Authorization and no Cookie: the key is for the API alone.',
    );
  });

  it('there is no file of a failed or unknown task, nor under another method', async () => {
    emulator.addTask({ id: 'failing', outcome: 'failed' });
    expect((await get('failing')).status).toBe(404);
    expect((await get('unknown')).status).toBe(404);
    expect((await get('v', {}, 'DELETE')).status).toBe(404);
    expect((await emulator.fetch(`${emulator.filesUrl}/v`)).status).toBe(404);
  });

  it('expireVideoUrls lets a URL expire, and the next poll returns a new one', async () => {
    emulator.addTask({ id: 'v', after: { polls: 1 } });
    const urlOf = async () => {
      const headers = { authorization: 'Bearer test-key' };
      const response = await emulator.fetch(`${emulator.baseUrl}/v1/result/v`, { headers });
      return ((await response.json()) as { video_url: string }).video_url;
    };
    const first = await urlOf();
    emulator.expireVideoUrls();
    expect((await emulator.fetch(first)).status).toBe(403);
    const second = await urlOf();
    expect(new URL(second).pathname).toBe(new URL(first).pathname);
    expect((await emulator.fetch(second)).status).toBe(200);
    emulator.expireVideoUrls();
    expect((await emulator.fetch(second)).status).toBe(403);
    emulator.reset();
    emulator.addTask({ id: 'v' });
    expect((await emulator.fetch(first)).status).toBe(200);
  });
});
