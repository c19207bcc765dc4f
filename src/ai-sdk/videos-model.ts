// A model of the service, as the AI SDK calls it.

import type {
  JSONValue,
  Experimental_VideoModelV4 as VideoModelV4,
  Experimental_VideoModelV4CallOptions as VideoModelV4CallOptions,
  Experimental_VideoModelV4OperationStartResult as VideoModelV4OperationStartResult,
  Experimental_VideoModelV4OperationStatusResult as VideoModelV4OperationStatusResult,
  Experimental_VideoModelV4Result as VideoModelV4Result,
} from '@ai-sdk/provider';
import type { VideosApi } from '../api/videos-api.ts';
import { download } from '../download/download.ts';
import { videoFailedError } from '../errors/video-failed-error.ts';
import { CREATE_PATH, RESULT_PATH } from '../internal/api-paths.ts';
import { generate } from '../polling/generate.ts';
import type { Video } from '../video.ts';
import type { Operations } from './operations.ts';
import { PROVIDER, type StartOptions, toCreateRequest } from './to-create-request.ts';
import { withSdkErrors } from './with-sdk-errors.ts';

/** What the models of a provider share. */
export interface Service {
  readonly api: VideosApi;
  readonly operations: Operations;
}

/** What the service makes: the type of a file that its server does not label as a video. */
const MEDIA_TYPE = 'video/mp4';

/** A video model: `doGenerate` is all of it, `doStart` and `doStatus` are its two halves. */
export class VideosModel implements VideoModelV4 {
  readonly specificationVersion = 'v4';
  readonly provider = PROVIDER;
  readonly maxVideosPerCall = 1;
  readonly modelId: string;
  readonly #service: Service;

  constructor(modelId: string, service: Service) {
    this.modelId = modelId;
    this.#service = service;
  }

  /** Creates the task, waits for it, and downloads its video. */
  doGenerate(options: VideoModelV4CallOptions): Promise<VideoModelV4Result> {
    const { api } = this.#service;
    const { abortSignal: signal } = options;
    return this.#create(options, async () => {
      const { request, warnings } = toCreateRequest(this.modelId, options);
      const video = await generate(api, request, { signal });
      const response = await download(api, video, { signal });
      const data = new Uint8Array(await response.arrayBuffer());
      const [type = ''] = response.headers.get('content-type')?.split(';') ?? [];
      const mediaType = type.startsWith('video/') ? type : MEDIA_TYPE;
      return { ...this.#about(video.id, video), videos: [{ type: 'binary', data, mediaType }], warnings };
    });
  }

  /** Creates the task. The operation is its id. */
  doStart(options: StartOptions): Promise<VideoModelV4OperationStartResult> {
    const { api, operations } = this.#service;
    return this.#create(options, async () => {
      const { request, warnings } = toCreateRequest(this.modelId, options);
      const video = await api.create(request, { signal: options.abortSignal });
      operations.add(video);
      return { ...this.#about(video.id, video), operation: video.id, warnings };
    });
  }

  /** The state of a task, whichever process started it. */
  doStatus(options: {
    operation: JSONValue;
    abortSignal?: AbortSignal;
  }): Promise<VideoModelV4OperationStatusResult> {
    const { api, operations } = this.#service;
    const { operation, abortSignal: signal } = options;
    return withSdkErrors(
      { baseUrl: api.settings.baseUrl, path: RESULT_PATH, values: { operation }, signal },
      async () => {
        // What is not a string is refused like any other wrong id.
        const id = operation as string;
        const video = await operations.latest(id, signal);
        const about = this.#about(id, video);
        if (video?.status === 'completed') {
          const videos = [{ type: 'url' as const, url: video.video_url, mediaType: MEDIA_TYPE }];
          return { ...about, status: 'completed', videos, warnings: [] };
        }
        if (video?.status === 'failed') {
          return { ...about, status: 'error', error: videoFailedError(id, video).message };
        }
        return { ...about, status: 'pending' };
      },
    );
  }

  #create<T>(options: StartOptions, work: () => Promise<T>): Promise<T> {
    const { abortSignal: signal, headers: _headers, ...values } = options;
    return withSdkErrors(
      { baseUrl: this.#service.api.settings.baseUrl, path: CREATE_PATH, values, signal },
      work,
    );
  }

  #about(taskId: string, video: Video | null) {
    const { status = null, video_url = null, actualDuration = null } = video ?? {};
    return {
      providerMetadata: { [PROVIDER]: { taskId, status, video_url, actualDuration } },
      response: { timestamp: new Date(), modelId: this.modelId, headers: undefined },
    };
  }
}
