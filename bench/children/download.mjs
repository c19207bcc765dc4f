// Milliseconds to save one video, and the peak of resident memory in MiB; printed as JSON.
import { execFile } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

const [, , contestant, code, url] = process.argv;
const { saveVideo, VideosClient } = await import(code);

const SAVE = {
  saveVideo: (path) => {
    const video = { id: 'video_1', object: 'video', status: 'completed', video_url: url };
    return saveVideo(new VideosClient({ apiKey: null, allowPrivateFiles: true }), video, path);
  },
  pipeline: async (path) => pipeline(Readable.fromWeb((await fetch(url)).body), createWriteStream(path)),
  // By its own clock: the others' processes have started, too.
  curl: async (path) => {
    const args = ['--silent', '--fail', '--write-out', '%{time_total}', '--output', path, url];
    const { stdout } = await promisify(execFile)('curl', args);
    return Number(stdout) * 1_000;
  },
};

// To memory if the system offers that: the disk is not what is compared.
const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'bench-'));
try {
  // The first fetch of a process loads it.
  await fetch(new URL('/files/1', url)).then((response) => response.text());
  const start = performance.now();
  const result = await SAVE[contestant](join(folder, 'video.mp4'));
  const ms = typeof result === 'number' ? result : performance.now() - start;
  console.log(JSON.stringify({ ms, peak: process.resourceUsage().maxRSS / 1024 }));
} finally {
  await rm(folder, { recursive: true });
}
process.exit();
