import { checkId } from '../options/task-id.ts';
import type { VideoSource } from '../options/video-source.ts';
import type { WaitOptions, WatchOptions } from '../options/wait-options.ts';
import { resolveWait } from '../options/wait-settings.ts';
import type { CompletedVideo, Video } from '../video.ts';
import { sleepOrWake } from './page-wake-up.ts';
import { stoppable } from './stoppable-generator.ts';
import { Wait } from './wait.ts';

/**
 * Polls until the task has ended, as the method {@link VideosClient.waitForCompletion} does, which calls this; throws
 * what that throws.
 *
 * @param client - A `VideosClient`, or whatever looks at a task in its place; its `polling` holds the defaults.
 * @param id - The task's id, as the create call returned it.
 * @returns the task, once it is `completed`.
 */
export async function waitForCompletion(
  client: VideoSource,
  id: string,
  options?: WaitOptions,
): Promise<CompletedVideo> {
  checkId(id);
  const settings = resolveWait(client.polling, options);
  const wait = new Wait(client, id, settings);
  for (;;) {
    const video = await wait.pollForEnd();
    if (video !== null) return video;
    await sleepOrWake(wait.pause(), wait, settings.signal);
  }
}

/** The same polling, as an iterator; see `VideosClient.watch`. */
export function watch(client: VideoSource, id: string, options?: WatchOptions): AsyncGenerator<Video, void> {
  const settle = () => {
    checkId(id);
    return resolveWait(client.polling, options);
  };
  return stoppable(settle, async function* (settings) {
    const wait = new Wait(client, id, settings);
    for (;;) {
      const video = await wait.poll();
      if (video !== null) yield video;
      if (video?.status === 'completed' || video?.status === 'failed') return;
      await sleepOrWake(wait.pause(), wait, settings.signal);
    }
  });
}
