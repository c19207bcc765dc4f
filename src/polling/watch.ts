// One wait, as an async iterator.

import type { WaitOptions } from '../options/wait-options.ts';
import { resolveWait } from '../options/wait-settings.ts';
import type { Video } from '../video.ts';
import { hasEnded } from './has-ended.ts';
import { sleepOrWake } from './page-wake-up.ts';
import type { PollSource } from './poll-source.ts';
import { stoppable } from './stoppable.ts';
import { Wait } from './wait.ts';

/** Polls until the task has ended, and yields each video; see `VideosClient.watch`. */
export function watch(source: PollSource, id: string, options?: WaitOptions): AsyncGenerator<Video, void> {
  const resolve = () => {
    source.checkId(id);
    return resolveWait(source.polling, options);
  };
  return stoppable(resolve, async function* (settings) {
    const wait = new Wait(source, id, settings);
    for (;;) {
      const video = await wait.poll();
      if (video !== null) {
        yield video;
        if (hasEnded(video)) return;
      }
      await sleepOrWake(wait.msUntilNextPoll(), wait, settings.signal);
    }
  });
}
