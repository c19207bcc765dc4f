// The provider that the AI SDK is given.

import type { Experimental_VideoModelV4 as VideoModelV4 } from '@ai-sdk/provider';
import { VideosClient } from '../client.ts';
import type { VideosClientOptions } from '../options/client-options.ts';
import type { CreateVideoRequest } from '../options/create-options.ts';
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
 * Nothing is paid for twice: the AI SDK repeats what fails and is marked as retryable, and no error of a start is. With
 * `experimental_generateVideo` this package does the waiting and the download, with the pauses and the tolerance of
 * `client.generate`; where the option `poll` is passed, the AI SDK does. A start and its status may be asked for in
 * different processes: the operation is the task's id.
 *
 * Frames and references must be http(s) URLs, since the service takes nothing else.
 *
 * @param options - The options of a {@link VideosClient}.
 * @throws TypeError - an option is of the wrong type, or there is no API key.
 * @throws RangeError - an option is out of range.
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
  const client = new VideosClient(options);
  return { video: (modelId) => new VideosModel(client, modelId) };
}
