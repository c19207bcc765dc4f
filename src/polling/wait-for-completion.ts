import { checkId } from '../options/task-id.ts';
import type { WaitOptions, WatchOptions } from '../options/wait-options.ts';
import { resolveWait } from '../options/wait-settings.ts';
import type { CompletedVideo, Video } from '../video.ts';
import { sleepOrWake } from './page-wake-up.ts';
import type { PollSource } from './poll-source.ts';
import { stoppable } from './stoppable-generator.ts';
import { Wait } from './wait.ts';

/** Polls until the task has ended; see `VideosClient.waitForCompletion`. */
export async function waitForCompletion(
  source: PollSource,
  id: string,
  options?: WaitOptions,
): Promise<CompletedVideo> {
  checkId(id);
  const settings = resolveWait(source.polling, options);
  const wait = new Wait(source, id, settings);
  for (;;) {
    const video = await wait.pollForEnd();
    if (video !== null) return video;
    await sleepOrWake(wait.pause(), wait, settings.signal);
  }
}

/** The same polling, as an iterator; see `VideosClient.watch`. */
export function watch(source: PollSource, id: string, options?: WatchOptions): AsyncGenerator<Video, void> {
  const settle = () => {
    checkId(id);
    return resolveWait(source.polling, options);
  };
  return stoppable(settle, async function* (settings) {
    const wait = new Wait(source, id, settings);
    for (;;) {
      const video = await wait.poll();
      if (video !== null) yield video;
      if (video?.status === 'completed' || video?.status === 'failed') return;
      await sleepOrWake(wait.pause(), wait, settings.signal);
    }
  });
}
