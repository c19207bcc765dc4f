// Proof that the types were found, and say what they should: without them everything here would be `any`.
import { type CompletedVideo, type Video, VideosClient } from 'videos-client';

export async function narrow(client: VideosClient): Promise<string> {
  const video: Video = await client.getResult('video_1234567890');
  // @ts-expect-error There is no URL before the task is completed.
  const early: string = video.video_url;
  return video.status === 'completed' ? video.video_url : early;
}

export function wait(client: VideosClient): Promise<CompletedVideo> {
  return client.waitForCompletion('video_1234567890', {
    signal: undefined,
    onUpdate: ({ status }) => status,
  });
}

// @ts-expect-error There is no such option.
new VideosClient({ retries: 3 });
