import { stoppable } from './internal/stoppable.ts';
import { sleepOrWake } from './internal/wake.ts';
import type { WaitOptions, WatchOptions } from './options.ts';
import { checkId, resolveWait } from './settings.ts';
import type { CompletedVideo, Video } from './video.ts';
import { type VideoSource, Wait } from './wait.ts';

/**
 * Polls until the task has ended. The first poll is at once, the last one at the deadline itself.
 *
 * In a browser, a page that is shown again or comes back online does not sit out its pause: it looks at once if the
 * last look is `minInterval` ago, or, back online, if that look got no answer. Never sooner than the service wishes.
 *
 * @param client - A `VideosClient`, or whatever looks at a task in its place; its `polling` holds the defaults.
 * @param id - The task's id, as the create call returned it.
 * @returns the task, once it is `completed`.
 * @throws {VideoFailedError} the task ended `failed`.
 * @throws {WaitTimeoutError} `maxWait` has passed; the task may still finish.
 * @throws {PollingFailedError} `maxFailures` polls in a row have failed; the task may still finish.
 * @throws {ApiError} an answer that no later poll can change, such as {@link AuthenticationError}.
 * @throws {TypeError} @throws {RangeError} a wrong id or option; no request was sent.
 * @throws `signal.reason`, at once, when the signal is aborted; what a callback throws.
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

/**
 * Polls as {@link waitForCompletion} does, and yields the video of every poll, the final one (`completed` or
 * `failed`) included. `break`, and `return()` in the middle of a pause, stop it at once.
 */
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
