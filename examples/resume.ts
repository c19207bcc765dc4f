// Stop waiting with Ctrl-C, and go on later: all that a wait needs to go on is the task's id.
//   npx tsx examples/resume.ts             npx tsx examples/resume.ts video_123   (with VIDEOS_API_KEY set)
import { setUp } from './setup.ts';

await using service = await setUp({ id: 'video_1234567890', after: { polls: 6 } });
const { client, id } = service;

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
  console.log(
    `\nStopped. The task goes on without us. To go on waiting:\n  npx tsx examples/resume.ts ${id}`,
  );
  process.exitCode = 130; // What a shell expects of a program that was interrupted.
}
