import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { VideosClient } from 'videos-client';
import { createVideosEmulator, sampleVideo } from 'videos-client/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const emulator = createVideosEmulator();
const client = new VideosClient({ apiKey: 'test-key', maxRetries: 0 });
const url = `${emulator.baseUrl}/v1/result/video_1`;
const headers = { authorization: 'Bearer test-key' };
const elsewhere = http.get('https://elsewhere.test/', () => HttpResponse.text('other'));
const server = setupServer(...emulator.handlers(), elsewhere);

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
beforeEach(() => {
  emulator.addTask({ id: 'video_1', after: { polls: 3 } });
});
afterEach(() => {
  server.resetHandlers();
  emulator.reset();
});
afterAll(() => server.close());

describe('the handlers for MSW', () => {
  it('the MSW handlers serve a client without a fetch of its own, from the first poll to the file', async () => {
    const video = await client.waitForCompletion('video_1', { minInterval: 0, maxInterval: 0 });
    const file = await fetch(video.video_url, { headers: { range: 'bytes=10-' } });
    expect(file.status).toBe(206);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(sampleVideo().slice(10));
    expect(emulator.requests.map(({ on }) => on)).toEqual(['api', 'api', 'api', 'video']);
  });

  it('the MSW handlers play the scripted faults', async () => {
    emulator.fail({ with: { status: 429, retryAfter: 2 } });
    const limited = await fetch(url, { headers });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '2']);
    emulator.fail({ with: 'reset' });
    await expect(fetch(url, { headers })).rejects.toThrow(TypeError);
    emulator.fail({ with: 'truncated' });
    const cut = await fetch(url, { headers });
    await expect(cut.text()).rejects.toThrow('terminated');
    expect((await fetch(url, { headers })).status).toBe(200);
  });

  it('a reset through MSW has a message that the client can pass on', async () => {
    emulator.fail({ with: 'reset' });

    await expect(client.getResult('video_1')).rejects.toThrow('no response (Failed to fetch)');
  });

  it('a timeout through MSW lasts until the caller gives up', async () => {
    emulator.fail({ with: 'timeout' });
    const controller = new AbortController();
    const reason = new Error('enough');
    const silent = fetch(url, { headers, signal: controller.signal });
    await expect.poll(() => emulator.requests.length, { timeout: 4000 }).toBe(1);
    controller.abort(reason);
    await expect(silent).rejects.toBe(reason);
  });

  it('the MSW handlers leave requests to other hosts to the handlers after them', async () => {
    expect(await (await fetch('https://elsewhere.test/')).text()).toBe('other');
    expect(emulator.requests).toEqual([]);
  });

  it('a handler that a test puts before them comes first, until it is reset', async () => {
    server.use(http.get(url, () => HttpResponse.text('mine')));
    expect(await (await fetch(url, { headers })).text()).toBe('mine');
    server.resetHandlers();
    expect(await (await fetch(url, { headers })).json()).toMatchObject({ status: 'queued' });
    server.restoreHandlers();
    expect(await (await fetch(url, { headers })).json()).toMatchObject({ status: 'processing' });
  });

  it('the MSW handlers can be listed', () => {
    expect(server.listHandlers()).toMatchObject([
      { info: { header: 'videos-client emulator' } },
      { info: { header: 'GET https://elsewhere.test/' } },
    ]);
  });
});
