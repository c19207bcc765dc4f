// From a task's id to a saved video. Without VIDEOS_API_KEY it plays the service itself:
//   npm run demo                     npm run demo -- video_123   (with VIDEOS_API_KEY set)
import { pollIntervals, VideosClient } from 'videos-client';
import { saveVideo } from 'videos-client/node';
import { createVideosEmulator } from 'videos-client/testing';

const isReal = Boolean(process.env.VIDEOS_API_KEY);
const id = process.argv[2] ?? 'video_1234567890';
if (isReal && process.argv[2] === undefined) {
  console.error('Which task? Pass its id: npm run demo -- video_123');
  process.exit(2);
}

const emulator = createVideosEmulator();
emulator.addTask({ id, after: { polls: 4 } });
const box = isReal ? null : await emulator.listen();
if (box) console.log(`No VIDEOS_API_KEY: using a local emulator at ${box.baseUrl}`);

// The defaults are right for the real service; the box is in more of a hurry.
const polling = { jitter: false, ...(box && { minInterval: 1_000, maxInterval: 2_000 }) };
const client = new VideosClient(box ? { apiKey: 'test-key', baseUrl: box.baseUrl, polling } : { polling });

const start = Date.now();
const pauses = pollIntervals(polling);
let status = 'looking';
let nextPoll = start;
const progress = () => {
  const seconds = (ms: number) => `${Math.max(0, Math.round(ms / 1000))} s`;
  const next = status === 'completed' ? '' : `, next poll in ${seconds(nextPoll - Date.now())}`;
  return `${id}: ${status} after ${seconds(Date.now() - start)}${next}`;
};
const show = () => process.stdout.write(process.stdout.isTTY ? `\r\x1b[2K${progress()}` : `${progress()}\n`);
const ticker = process.stdout.isTTY ? setInterval(show, 250) : undefined;
const polled = (now: string) => {
  status = now;
  nextPoll = Date.now() + pauses.next().value;
  show();
};

try {
  const video = await client.waitForCompletion(id, {
    onUpdate: (video) => polled(video.status),
    onPollError: ({ error }) => polled(`no answer (${error.name})`),
  });
  const { path, bytes } = await saveVideo(client, video, './', { ifExists: 'overwrite' });
  console.log(`\nSaved ${path}: ${bytes} bytes, ${video.actualDuration} s of video`);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
} finally {
  clearInterval(ticker);
  await box?.close();
}
