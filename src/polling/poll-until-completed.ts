// One wait, as a promise of the completed video.

import type { WaitOptions } from '../options/wait-options.ts';
import { resolveWait } from '../options/wait-settings.ts';
import type { CompletedVideo } from '../video.ts';
import { sleepOrWake } from './page-wake-up.ts';
import type { PollSource } from './poll-source.ts';
import { Wait } from './wait.ts';

/** Polls until the task has ended; see `VideosClient.waitForCompletion`. */
export async function pollUntilCompleted(
  source: PollSource,
  id: string,
  options?: WaitOptions,
): Promise<CompletedVideo> {
  source.checkId(id);
  const settings = resolveWait(source.polling, options);
  const wait = new Wait(source, id, settings);
  for (;;) {
    const video = await wait.pollForCompletion();
    if (video !== null) return video;
    await sleepOrWake(wait.msUntilNextPoll(), wait, settings.signal);
  }
}
