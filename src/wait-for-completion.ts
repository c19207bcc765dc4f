// Waits for one task: the function for a VideosClient, or for any object with getResult.

import { VideosClient } from './client.ts';
import type { VideoSource } from './options/video-source.ts';
import type { WaitOptions } from './options/wait-options.ts';
import { pollSourceOf } from './polling/poll-source.ts';
import { pollUntilCompleted } from './polling/poll-until-completed.ts';
import type { CompletedVideo } from './video.ts';

/**
 * Polls until the task has ended, as the method {@link VideosClient.waitForCompletion} does.
 *
 * @param client - A `VideosClient`, or any object with `getResult`; its `polling` holds the defaults.
 * @param id - The task's id, as the create call returned it.
 * @returns the task, once it is `completed`.
 * @throws what {@link VideosClient.waitForCompletion} throws.
 * @throws {@link TypeError} `client` has no `getResult`.
 *
 * @category Client
 */
export async function waitForCompletion(
  client: VideoSource,
  id: string,
  options?: WaitOptions,
): Promise<CompletedVideo> {
  return client instanceof VideosClient
    ? client.waitForCompletion(id, options)
    : pollUntilCompleted(pollSourceOf(client), id, options);
}
