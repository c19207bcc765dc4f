/** A process that generates a video, writes the task's id to a file, and dies where it would wait for the first poll. */
import { writeFile } from 'node:fs/promises';
import { VideosClient } from 'videos-client';

const [, , baseUrl = '', file = ''] = process.argv;
const client = new VideosClient({ apiKey: 'test-key', baseUrl });
await client.generate(
  { model: 'videos', prompt: 'A cat on a skateboard', duration: 5 },
  {
    async onCreated({ id }) {
      await writeFile(file, id);
      process.kill(process.pid, 'SIGKILL');
    },
  },
);
