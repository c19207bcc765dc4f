// What consumers with a file system run as well.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { VideosClient } from 'videos-client';
import { saveVideo } from 'videos-client/node';
import { createVideosEmulator, sampleVideo } from 'videos-client/testing';

export const fileChecks = {
  async 'saves a video to a file'() {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask({ after: { polls: 1 } });
    emulator.fail({ on: 'video', with: 'truncated' });
    const client = new VideosClient({ apiKey: 'test-key', fetch: emulator.fetch });
    const folder = await mkdtemp(join('.', 'saved-'));
    try {
      const { path, bytes } = await saveVideo(client, id, join(folder, 'new', 'video.mp4'));
      const isWhole = Buffer.compare(await readFile(path), sampleVideo()) === 0;
      if (!isWhole || bytes !== sampleVideo().length) throw new Error(`${path} is not the video`);
      const error = await saveVideo(client, id, path).catch(({ code }) => code);
      if (error !== 'EEXIST') throw new Error(`got ${error} where EEXIST was expected`);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
