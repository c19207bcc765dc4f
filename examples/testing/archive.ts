// A piece of someone's application: waits for a video, and keeps it.
import type { VideosClient } from 'videos-client';

/** Where videos are kept: a bucket, a database, a folder. */
export type Store = (name: string, bytes: Uint8Array) => Promise<void>;

/** Waits for the task, and stores its video under the task's id. */
export async function archive(client: VideosClient, id: string, store: Store): Promise<number> {
  const video = await client.waitForCompletion(id);
  const response = await client.download(video);
  const bytes = new Uint8Array(await response.arrayBuffer());
  await store(`${id}.mp4`, bytes);
  return bytes.length;
}
