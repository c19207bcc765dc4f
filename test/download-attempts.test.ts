import { expect, it, vi } from 'vitest';
import { VideosClient } from '../src/client.ts';
import type { Attempt } from '../src/options/attempt.ts';
import { serveFile } from './helpers/file-server.ts';

vi.mock(import('../src/internal/sleep.ts'), async (original) => ({
  ...(await original()),
  sleep: async () => {},
}));

it('each attempt for a file is reported once, at its headers, with the pause that follows', async () => {
  const server = await serveFile({}, [
    { status: 302, headers: { location: '/moved.mp4' } },
    { status: 503, headers: { 'x-request-id': 'r1', 'retry-after': '7' } },
    { dropAfter: 10 },
    { status: 403 },
  ]);
  server.tasks.push(server.video('/second.mp4?signature=abc'));
  const attempts: Attempt[] = [];
  const client = new VideosClient({
    apiKey: null,
    baseUrl: server.baseUrl,
    fetch: server.fetch,
    onAttempt: (attempt) => void attempts.push(attempt),
  });
  const response = await client.download(server.video('/video.mp4?signature=abc'));
  await response.arrayBuffer();
  const files = attempts.filter(({ kind }) => kind === 'file');
  const common = { kind: 'file', method: 'GET', taskId: 'video_1' };
  expect(files).toMatchObject([
    { ...common, attempt: 1, url: server.url(), status: 503, requestId: 'r1', retryIn: 7000 },
    { ...common, attempt: 2, url: server.url(), status: 200, retryIn: null, error: null },
    {
      ...common,
      attempt: 3,
      url: server.url(),
      status: 403,
      retryIn: null,
      error: { name: 'DownloadError' },
    },
    { ...common, attempt: 4, url: server.url('/second.mp4'), status: 206, retryIn: null, error: null },
  ]);
  expect(files[0]?.error).toMatchObject({ name: 'DownloadError', status: 503 });
  expect(JSON.stringify(attempts)).not.toContain('signature');
});

it('what was never sent is not an attempt, and an aborted one is not reported', async () => {
  const server = await serveFile({}, [{ stallAfter: -1 }]);
  const onAttempt = vi.fn();
  const refused = new VideosClient({ apiKey: null, baseUrl: 'https://api.example.com', onAttempt });
  await expect(refused.download(server.video())).rejects.toThrow('127.0.0.1 is a private host');
  const controller = new AbortController();
  server.onRequest = () => controller.abort(new Error('changed my mind'));
  const client = new VideosClient({ apiKey: null, baseUrl: server.baseUrl, onAttempt });
  const { signal } = controller;
  await expect(client.download(server.video(), { signal })).rejects.toThrow('changed my mind');
  expect(onAttempt).not.toHaveBeenCalled();
});
