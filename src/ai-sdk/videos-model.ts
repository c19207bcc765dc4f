// A model of the service, as the AI SDK calls it.

import {
  APICallError,
  type JSONValue,
  type Experimental_VideoModelV4 as VideoModelV4,
  type Experimental_VideoModelV4CallOptions as VideoModelV4CallOptions,
  type Experimental_VideoModelV4OperationStartResult as VideoModelV4OperationStartResult,
  type Experimental_VideoModelV4OperationStatusResult as VideoModelV4OperationStatusResult,
  type Experimental_VideoModelV4Result as VideoModelV4Result,
} from '@ai-sdk/provider';
import type { VideosClient } from '../client.ts';
import { isVideosError } from '../errors/index.ts';
import { videoFailedError } from '../errors/video-failed.ts';
import { WAIT_DEFAULTS } from '../options/defaults.ts';
import { decideAfterPoll, type PollHistory } from '../polling/decide-after-poll.ts';
import type { CompletedVideo } from '../video.ts';
import { toCreateRequest } from './to-create-request.ts';

/** What is known of an operation that this process has started, or polled. */
interface Operation {
  /** Whether this process started it: a task that is not known yet may be known a moment later. */
  readonly isNew: boolean;
  /** When it may be polled again, in the time of `performance.now()`: the AI SDK asks every 5 s. */
  nextPollAt: number;
  history: PollHistory | undefined;
}

/** Operations that are remembered: far more than one process waits for at a time. */
const MAX_OPERATIONS = 10_000;

/** A video model: `doGenerate` is all of it, `doStart` and `doStatus` are its two halves. */
export class VideosModel implements VideoModelV4 {
  readonly specificationVersion = 'v4';
  readonly provider = 'videos-client';
  readonly maxVideosPerCall = 1;
  readonly modelId: string;
  readonly #client: VideosClient;
  readonly #operations = new Map<string, Operation>();

  constructor(client: VideosClient, modelId: string) {
    this.#client = client;
    this.modelId = modelId;
  }

  /** Creates the task, waits for it, and downloads its video. */
  async doGenerate(options: VideoModelV4CallOptions): Promise<VideoModelV4Result> {
    const { abortSignal: signal } = options;
    return this.#withSdkErrors(options, async () => {
      const { request, warnings } = toCreateRequest(this.modelId, options);
      const video = await this.#client.generate(request, { signal });
      const response = await this.#client.download(video, { signal });
      const data = new Uint8Array(await response.arrayBuffer());
      const mediaType = response.headers.get('content-type') ?? 'video/mp4';
      return { ...this.#about(video.id, video), videos: [{ type: 'binary', data, mediaType }], warnings };
    });
  }

  /** Creates the task, once: every error says that it is not to be repeated. */
  async doStart(options: VideoModelV4CallOptions): Promise<VideoModelV4OperationStartResult> {
    return this.#withSdkErrors(options, async () => {
      const { request, warnings } = toCreateRequest(this.modelId, options);
      const { id } = await this.#client.create(request, { signal: options.abortSignal });
      this.#remember(id, { isNew: true, nextPollAt: this.#nextPollAt(), history: undefined });
      return { ...this.#about(id), operation: id, warnings };
    });
  }

  /** The state of a task; `pending`, without a request, where the last one was a moment ago. */
  async doStatus({
    operation,
    abortSignal: signal,
  }: {
    operation: JSONValue;
    abortSignal?: AbortSignal;
  }): Promise<VideoModelV4OperationStatusResult> {
    return this.#withSdkErrors({ operation }, async () => {
      const id = operation as string;
      const known = this.#operations.get(id) ?? { isNew: false, nextPollAt: 0, history: undefined };
      if (performance.now() < known.nextPollAt) return { ...this.#about(id), status: 'pending' };
      const video = await this.#client.getResult(id, { signal }).catch((error: unknown) => {
        if (signal?.aborted) throw error;
        const { maxFailures } = this.#client.polling;
        const { action, history } = decideAfterPoll(error, known.history, {
          isNew: known.isNew,
          maxFailures,
        });
        known.history = history;
        if (action !== 'continue') throw error;
        return null;
      });
      if (video !== null) known.history = decideAfterPoll(null, known.history).history;
      known.nextPollAt = this.#nextPollAt();
      this.#remember(id, known);
      if (video?.status === 'completed') {
        const { video_url: url } = video;
        const videos = [{ type: 'url' as const, url, mediaType: 'video/mp4' }];
        return { ...this.#about(id, video), status: 'completed', videos, warnings: [] };
      }
      if (video?.status === 'failed') {
        return { ...this.#about(id), status: 'error', error: videoFailedError(id, video).message };
      }
      return { ...this.#about(id), status: 'pending' };
    });
  }

  #nextPollAt(): number {
    return performance.now() + (this.#client.polling.minInterval ?? WAIT_DEFAULTS.minInterval);
  }

  #remember(id: string, operation: Operation): void {
    this.#operations.set(id, operation);
    const [oldest] = this.#operations.keys();
    if (this.#operations.size > MAX_OPERATIONS && oldest !== undefined) this.#operations.delete(oldest);
  }

  #about(taskId: string, video?: CompletedVideo) {
    const { video_url = null, actualDuration = null } = video ?? {};
    return {
      providerMetadata: { videos: { taskId, video_url, actualDuration } },
      response: { timestamp: new Date(), modelId: this.modelId, headers: undefined },
    };
  }

  /** The AI SDK repeats what is marked as retryable: a create must never be, and a status has been tried often enough. */
  async #withSdkErrors<T>(requestBodyValues: unknown, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const isMistake = error instanceof TypeError || error instanceof RangeError;
      // The caller's own abort.
      if (!isMistake && !isVideosError(error)) throw error;
      const { status, body } = error as { status?: number | null; body?: unknown };
      throw new APICallError({
        message: error.message,
        url: '/v1/videos/videos',
        requestBodyValues,
        cause: error,
        isRetryable: false,
        ...(typeof status === 'number' && { statusCode: status }),
        ...(body !== undefined && { responseBody: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
    }
  }
}
