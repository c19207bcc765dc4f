// Saves a video with a progress bar: the last step of `save`, `wait -o` and `create`.

import type { VideosClient } from '../client.ts';
import { saveVideo } from '../node/save-video.ts';
import type { DownloadProgress } from '../options/download-options.ts';
import type { Video } from '../video.ts';
import type { Output } from './output.ts';
import { takenError } from './output-path.ts';

const BAR_WIDTH = 24;

/** Saves the video, prints its path, and returns when it is on the disk. */
export async function save(
  client: VideosClient,
  videoOrId: string | Video,
  path: string,
  { output, signal }: { output: Output; signal: AbortSignal },
): Promise<void> {
  const onProgress = (progress: DownloadProgress) => {
    output.event('progress', progress);
    output.live(bar(progress));
  };
  const saved = await saveVideo(client, videoOrId, path, { signal, onProgress })
    .catch((error: NodeJS.ErrnoException) => {
      // Its own message is about an option of the method.
      throw error.code === 'EEXIST' ? takenError(error.path ?? path) : error;
    })
    .finally(() => output.endLive());
  output.event('saved', saved);
  output.line(`${output.styled('green', 'Saved')} ${megabytes(saved.bytes)}`);
  output.result(saved.path);
}

function bar({ receivedBytes, totalBytes }: DownloadProgress): string {
  if (totalBytes === null) return `downloading · ${megabytes(receivedBytes)}`;
  const share = totalBytes === 0 ? 1 : receivedBytes / totalBytes;
  const filled = '█'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '░');
  return `${filled} ${Math.floor(share * 100)} % · ${megabytes(receivedBytes)} of ${megabytes(totalBytes)}`;
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
