import { VideosClient } from 'videos-client';
import { expect, it, vi } from 'vitest';

const task = { id: 'video_1', status: 'completed', video_url: 'https://cdn.example.com/video_1.mp4' };

/** What a fetch of another package returns: like a `Response`, but none of this runtime. */
function foreignResponse(url: string): Response {
  const { body, headers } = new Response(JSON.stringify(task));
  return { status: 200, ok: true, type: 'basic', url, headers, body } as Response;
}

it('a fetch of another package is called once for a request, though its response is no Response of the runtime', async () => {
  const fetch = vi.fn(async (url: unknown) => foreignResponse(String(url)));
  const client = new VideosClient({ apiKey: 'test-key', fetch: fetch as never });
  await expect(client.getResult('video_1')).resolves.toMatchObject(task);
  expect(fetch).toHaveBeenCalledOnce();
});

it('a fetch that throws at once is a failed connection', async () => {
  const fetch = vi.fn(() => {
    throw new TypeError('no network here');
  });
  const client = new VideosClient({ apiKey: 'test-key', fetch, maxRetries: 0 });
  await expect(client.getResult('video_1')).rejects.toThrow(/no response \(no network here\)/);
  expect(fetch).toHaveBeenCalledOnce();
});

it('a custom fetch is called with a URL string and headers in a plain object', async () => {
  const fetch = vi.fn(async (url: string) => foreignResponse(url));
  const client = new VideosClient({ apiKey: 'test-key', headers: { 'X-Team': 'a' }, fetch });
  await client.getResult('video_1');
  const [[url, init] = []] = fetch.mock.calls as unknown as [string, { headers: object }][];
  expect(url).toBe('https://zcbservice.aizfw.cn/kyyReactApiServer/v1/result/video_1');
  expect(Object.getPrototypeOf(init?.headers)).toBe(Object.prototype);
  expect(init?.headers).toMatchObject({ authorization: 'Bearer test-key', 'x-team': 'a' });
});
