import { VideosClient } from 'videos-client';
import { createVideosEmulator, sampleVideo, type VideosEmulator } from 'videos-client/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';

const KEY = { authorization: 'Bearer test-key' };

const poll = (emulator: VideosEmulator, id: string, headers: Record<string, string> = KEY) =>
  emulator.fetch(`${emulator.baseUrl}/v1/result/${id}`, { headers });

afterEach(() => {
  vi.useRealTimers();
});

describe('the fetch of the emulator', () => {
  it('the fetch of the emulator serves a client from the first poll to the bytes of the file', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask({ after: { polls: 3 } });
    const client = new VideosClient({ apiKey: 'test-key', fetch: emulator.fetch });
    const wait = { minInterval: 0, maxInterval: 0 };
    const video = await client.waitForCompletion(id, wait);
    const file = await emulator.fetch(video.video_url);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(sampleVideo());
  });

  it('a wait of half an hour passes at once with fake timers', async () => {
    vi.useFakeTimers();
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask({ after: { ms: 29 * 60_000 } });
    const client = new VideosClient({ apiKey: 'test-key', fetch: emulator.fetch });
    const start = Date.now();
    const done = client.waitForCompletion(id);
    await vi.advanceTimersByTimeAsync(30 * 60_000);
    expect((await done).status).toBe('completed');
    const latest = emulator.requests.at(-1)?.time ?? 0;
    expect(latest - start).toBeGreaterThanOrEqual(29 * 60_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('the fetch of the emulator takes a Request, a URL or a string, and needs no this', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask();
    const { fetch } = emulator;
    const url = `${emulator.baseUrl}/v1/result/${id}`;
    for (const input of [url, new URL(url), new Request(url, { headers: KEY })]) {
      const response = input instanceof Request ? await fetch(input) : await fetch(input, { headers: KEY });
      expect(response.status).toBe(200);
      expect(response.url).toBe(url);
    }
  });

  it('the fetch of the emulator plays the service at baseUrl, with or without /v1', async () => {
    for (const baseUrl of [
      'https://videos.test/a/b',
      'https://videos.test/a/b/',
      'https://videos.test/a/b/v1/',
    ]) {
      const emulator = createVideosEmulator({ baseUrl });
      emulator.addTask({ id: 'video_1' });
      expect(emulator.baseUrl).toBe('https://videos.test/a/b');
      const client = new VideosClient({ apiKey: 'test-key', baseUrl, fetch: emulator.fetch, maxRetries: 0 });
      expect((await client.getResult('video_1')).status).toBe('queued');
    }
    const bare = createVideosEmulator({ baseUrl: 'http://localhost:1/' });
    bare.addTask({ id: 'video_1' });
    expect((await bare.fetch('http://localhost:1/v1/result/video_1', { headers: KEY })).status).toBe(200);
  });

  it('the fetch of the emulator rejects for a host that it does not play, and names those that it plays', async () => {
    const emulator = createVideosEmulator();
    const call = emulator.fetch('https://elsewhere.test/v1/result/x');
    await expect(call).rejects.toThrow(TypeError);
    await expect(call).rejects.toThrow(
      'the emulator plays https://zcbservice.aizfw.cn and https://cdn.example.com only, not https://elsewhere.test',
    );
    expect(emulator.requests).toEqual([]);
  });

  it('the fetch of the emulator rejects with the reason of a signal that is already aborted, and records nothing', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask();
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    const call = emulator.fetch(`${emulator.baseUrl}/v1/result/${id}`, { headers: KEY, signal });
    await expect(call).rejects.toBe(reason);
    expect(emulator.requests).toEqual([]);
  });

  it('the fetch of the emulator rejects with the reason of a signal that is aborted before the response', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask();
    const controller = new AbortController();
    const reason = new Error('enough');
    const init = { headers: KEY, signal: controller.signal };
    const call = emulator.fetch(`${emulator.baseUrl}/v1/result/${id}`, init);
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  it('a body breaks off when the signal is aborted in the middle of it', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask();
    const controller = new AbortController();
    const reason = new Error('enough');
    const url = `${emulator.filesUrl}/${id}.mp4`;
    const response = await emulator.fetch(url, { signal: controller.signal });
    const read = async () => {
      for await (const _ of response.body ?? []) controller.abort(reason);
    };
    await expect(read()).rejects.toBe(reason);
  });
});

describe('the requests that the emulator records', () => {
  it('a recorded request has method, URL, task, time, status, headers and body, oldest first', async () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const emulator = createVideosEmulator();
    emulator.addTask({ id: 'video_1' });
    await poll(emulator, 'video_1');
    await emulator.fetch(`${emulator.filesUrl}/video_1.mp4`, { method: 'HEAD' });
    await poll(emulator, 'unknown', { accept: 'a/b' });
    expect(emulator.requests).toEqual([
      {
        on: 'api',
        method: 'GET',
        url: `${emulator.baseUrl}/v1/result/video_1`,
        id: 'video_1',
        time: 1_000_000,
        status: 200,
        headers: {},
        body: null,
      },
      expect.objectContaining({ on: 'video', method: 'HEAD', id: 'video_1', status: 200 }),
      expect.objectContaining({ on: 'api', id: 'unknown', status: 200, headers: { accept: 'a/b' } }),
    ]);
  });

  it('a recorded request holds no key and no cookie, whichever header they came in', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask();
    const url = `${emulator.baseUrl}/v1/result/${id}`;
    const headers = { ...KEY, 'X-Api-Key': 'hush', 'Proxy-Authorization': 'hush', 'X-Trace': 'seen' };
    const call = { method: 'GET', url, headers: new Headers({ ...headers, Cookie: 'hush' }) };
    await emulator.fetch(new Request(url, call));
    expect(emulator.requests[0]?.headers['x-trace']).toBe('seen');
    expect(JSON.stringify(emulator.requests)).not.toMatch(/test-key|hush/);
  });

  it('reset forgets requests, tasks and faults', async () => {
    const emulator = createVideosEmulator();
    const { requests } = emulator;
    emulator.addTask({ id: 'video_1' });
    emulator.fail({ times: 2, with: { status: 503 } });
    expect((await poll(emulator, 'video_1')).status).toBe(503);
    emulator.reset();
    expect(requests).toEqual([]);
    expect((await poll(emulator, 'video_1')).status).toBe(404);
    expect(requests).toHaveLength(1);
  });
});
