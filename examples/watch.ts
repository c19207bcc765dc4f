// Follow a task, poll by poll:
//   npx tsx examples/watch.ts              npx tsx examples/watch.ts video_123   (with VIDEOS_API_KEY set)
import type { PollError } from 'videos-client';
import { setUp } from './setup.ts';

await using setup = await setUp({ id: 'video_1234567890', after: { polls: 4 } });
const { client, id } = setup;

const onPollError = ({ error }: PollError) => console.warn(error.message);
for await (const video of client.watch(id, { maxWait: 600_000, onPollError })) {
  switch (video.status) {
    case 'queued':
    case 'processing':
      console.log(`${video.id} is ${video.status}`);
      break;
    case 'completed':
      console.log(`${video.id} is ready: ${video.actualDuration} s at ${video.video_url}`);
      break;
    case 'failed':
      console.log(`${video.id} failed: ${video.error}`);
      process.exitCode = 1;
  }
}
