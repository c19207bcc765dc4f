// Wait for a task, and save its video with a progress bar. Killed on the way, it resumes where it was:
//   npx tsx examples/save-video.ts         npx tsx examples/save-video.ts video_123   (with VIDEOS_API_KEY set)
import type { DownloadProgress } from 'videos-client';
import { saveVideo } from 'videos-client/node';
import { setUp } from './setup.ts';

await using service = await setUp({ after: { polls: 2 }, video: new Uint8Array(20_000_000) });
const { client, id } = service;

const WIDTH = 30;
let printedAt = Number.NEGATIVE_INFINITY;

function show({ receivedBytes, totalBytes }: DownloadProgress): void {
  const share = totalBytes === null ? 0 : receivedBytes / totalBytes;
  const bar = '█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░');
  const line = `${bar} ${(receivedBytes / 1e6).toFixed(1)} of ${totalBytes === null ? '?' : totalBytes / 1e6} MB`;
  // One line that is written over on a terminal; elsewhere a line a second is enough.
  if (process.stdout.isTTY) process.stdout.write(`\r\x1b[2K${line}`);
  else if (performance.now() - printedAt > 1000 || share === 1) {
    console.log(line);
    printedAt = performance.now();
  }
}

console.log(`Waiting for ${id}`);
const video = await client.waitForCompletion(id, {
  onPollError: ({ error }) => console.warn(error.message),
});
const { path, bytes } = await saveVideo(client, video, './', { onProgress: show, ifExists: 'overwrite' });
console.log(`\nSaved ${path}: ${bytes} bytes`);
