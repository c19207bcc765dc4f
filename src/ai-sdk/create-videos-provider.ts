// The provider that the AI SDK is given.

import type { Experimental_VideoModelV4 as VideoModelV4 } from '@ai-sdk/provider';
import { VideosApi } from '../api/videos-api.ts';
import type { VideosClientOptions } from '../options/client-options.ts';
import { resolveClient } from '../options/client-settings.ts';
import type { CreateVideoRequest } from '../options/create-options.ts';
import { Operations } from './operations.ts';
import { VideosModel } from './videos-model.ts';

/** Makes video models for the AI SDK. */
export interface VideosProvider {
  /**
   * A video model.
   *
   * @param modelId - The service's name of the model, such as `videos` or `videos_fast`.
   */
  video(modelId: CreateVideoRequest['model']): VideoModelV4;
}

/**
 * A provider for the AI SDK: `video('videos')` is a model for `experimental_generateVideo`,
 * `experimental_startVideo` and `experimental_getVideoStatus`. Needs `ai` 7, and with it Node 22.
 *
 * - **Nothing is paid for twice.** The AI SDK repeats a call whose error is marked as retryable. No error of a model is: each
 *   is an `APICallError` with this package's error as its `cause`; an abort rejects with the signal's own reason.
 * - **Waiting.** `experimental_generateVideo` waits and downloads as {@link VideosClient.generate} and
 *   {@link VideosClient.download} do, with the options in `polling`. With its option `poll` the AI SDK does both: it gives
 *   up after 10 minutes, and its error does not name the task.
 * - **Two processes.** `experimental_startVideo` returns the task's id as the operation, which any process may pass to
 *   `experimental_getVideoStatus`. A status is `pending`, without a request, until `minInterval` has passed since the start
 *   or the last poll.
 * - **Images and videos** must be http(s) URLs, because the service takes nothing else; anything else is an error. The AI
 *   SDK itself ignores references next to frames, with a warning.
 * - **Other fields** of the service go into `providerOptions: { videos: { … } }`. `duration` is 5 if none is given.
 *
 * @param options - The options of a {@link VideosClient}.
 * @throws {@link TypeError} An option is of the wrong type, or there is no API key.
 * @throws {@link RangeError} An option is out of range.
 *
 * @example
 * ```ts
 * import { experimental_generateVideo as generateVideo } from 'ai';
 * import { createVideosProvider } from 'videos-client/ai-sdk';
 *
 * const videos = createVideosProvider();
 * const { video } = await generateVideo({
 *   model: videos.video('videos'),
 *   prompt: 'A cat on a skateboard',
 *   aspectRatio: '16:9',
 *   duration: 5,
 * });
 * ```
 */
export function createVideosProvider(options?: VideosClientOptions): VideosProvider {
  const api = new VideosApi(resolveClient(options));
  const service = { api, operations: new Operations(api) };
  return { video: (modelId) => new VideosModel(modelId, service) };
}
