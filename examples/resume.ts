// Stop waiting with Ctrl-C, and resume later: the task's id is all that a wait needs.
//   npx tsx examples/resume.ts             npx tsx examples/resume.ts video_123   (with VIDEOS_API_KEY set)
import { setUp } from './setup.ts';

await using setup = await setUp({ id: 'video_1234567890', after: { polls: 6 } });
const { client, id } = setup;

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

try {
  console.log('Press Ctrl-C to stop waiting.');
  const video = await client.waitForCompletion(id, {
    signal: stop.signal,
    onUpdate: ({ status }) => console.log(`${id} is ${status}`),
    onPollError: ({ error }) => console.warn(error.message),
  });
  console.log(`${id} is ready: ${video.video_url}`);
} catch (error) {
  if (!stop.signal.aborted) throw error;
  console.log(`\nStopped waiting. The task itself continues. To resume:\n  npx tsx examples/resume.ts ${id}`);
  process.exitCode = 130; // What a shell expects of a program that was interrupted.
}
