// How to test code around videos-client: no key, no bill, no wait.
import { VideosClient } from 'videos-client';
import { createVideosEmulator, sampleVideo } from 'videos-client/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { archive } from './archive.ts';

const emulator = createVideosEmulator();
const client = new VideosClient({ apiKey: 'test-key', baseUrl: emulator.baseUrl, fetch: emulator.fetch });
const store = vi.fn(async () => {});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  emulator.reset();
  store.mockClear();
});

it('archive retries failed polls, and then stores the video', async () => {
  emulator.addTask({ id: 'video_1', after: { polls: 3 } });
  emulator.fail({ id: 'video_1', times: 2, with: { status: 503 } });

  const archived = archive(client, 'video_1', store);
  await vi.runAllTimersAsync();

  expect(await archived).toBe(sampleVideo().length);
  expect(store).toHaveBeenCalledExactlyOnceWith('video_1.mp4', sampleVideo());
});

it('archive gives up after half an hour, which takes milliseconds here, and stores nothing', async () => {
  emulator.addTask({ id: 'video_1', after: { polls: Number.POSITIVE_INFINITY } });

  const archived = expect(archive(client, 'video_1', store)).rejects.toThrow('The task may still finish');
  await vi.advanceTimersByTimeAsync(30 * 60_000);

  await archived;
  expect(store).not.toHaveBeenCalled();
});

it('archive stores nothing if the task failed', async () => {
  emulator.addTask({
    id: 'video_1',
    outcome: 'failed',
    error: 'It breaks the content policy.',
    after: { polls: 1 },
  });

  await expect(archive(client, 'video_1', store)).rejects.toThrow('It breaks the content policy.');
  expect(store).not.toHaveBeenCalled();
});
