import { VideosClient } from 'videos-client';
import { toNodeHandler } from 'videos-client/node';
import { createVideosProxy } from 'videos-client/proxy';
import { createVideosEmulator } from 'videos-client/testing';
import { expect, it } from 'vitest';
import { startHttpService } from './helpers/http-service.ts';
import { KEY } from './helpers/proxied.ts';

it('a client of the proxy waits for a task without a key of its own', async () => {
  const emulator = createVideosEmulator({ apiKey: KEY });
  await using server = await emulator.listen();
  emulator.addTask({ id: 'video_1' });
  emulator.addTask({ id: 'video_2' });
  const proxy = createVideosProxy({
    apiKey: KEY,
    baseUrl: server.baseUrl,
    authorize: (_, id) => id === 'video_1',
  });
  const { url } = await startHttpService(toNodeHandler(proxy));
  const baseUrl = `${url}/api/videos`;
  const client = new VideosClient({ apiKey: null, baseUrl, polling: { minInterval: 1, maxInterval: 1 } });

  expect(await client.waitForCompletion('video_1')).toMatchObject({ status: 'completed' });
  await expect(client.getResult('video_2')).rejects.toMatchObject({
    name: 'AuthenticationError',
    message: expect.stringContaining('You may not see this task.'),
  });
  expect(emulator.requests.map(({ id }) => id)).toEqual(['video_1', 'video_1', 'video_1']);
});
