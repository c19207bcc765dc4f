import { type WaitOutcome, waitForAll } from './many.ts';
import {
  type GetResultOptions,
  resolveClient,
  type VideosClientOptions,
  type WaitOptions,
  type WatchOptions,
} from './options.ts';
import { waitForCompletion, watch } from './polling.ts';
import { Service } from './request.ts';
import type { CompletedVideo, Video } from './video.ts';

/**
 * A client of the video service.
 *
 * @example
 * ```ts
 * const client = new VideosClient({ apiKey: process.env.VIDEOS_API_KEY });
 * const video = await client.waitForCompletion('video_1234567890');
 * console.log(video.video_url);
 * ```
 */
export class VideosClient {
  // Private fields: what nobody can see, nobody logs.
  readonly #service: Service;
  readonly #polling: Readonly<WaitOptions>;
  readonly #maxConcurrency: number;

  /** @throws {TypeError} @throws {RangeError} on a wrong option, or where there is no API key. */
  constructor(options?: VideosClientOptions) {
    const settings = resolveClient(options);
    this.#service = new Service(settings);
    this.#polling = settings.polling;
    this.#maxConcurrency = settings.maxConcurrency;
  }

  /** The defaults that every wait of this client starts from, as they were given. */
  get polling(): Readonly<WaitOptions> {
    return this.#polling;
  }

  /**
   * One look at a task, whatever its status. A request that fails transiently is tried again, `maxRetries` times.
   *
   * @param id - The task's id, as the create call returned it.
   * @throws {ApiError} the service answered with an error: {@link AuthenticationError}, {@link NotFoundError},
   * {@link RateLimitError}, or another.
   * @throws {ConnectionError} no answer. @throws {RequestTimeoutError} none within `timeout`.
   * @throws {InvalidResponseError} an answer that is not what the service documents.
   * @throws {TypeError} @throws {RangeError} a wrong id or option; no request was sent.
   * @throws `signal.reason`, at once, when the signal is aborted.
   */
  getResult(id: string, options?: GetResultOptions): Promise<Video> {
    return this.#service.look(id, options);
  }

  /** Polls until the task has ended. See {@link waitForCompletion}, which this calls. */
  waitForCompletion(id: string, options?: WaitOptions): Promise<CompletedVideo> {
    return waitForCompletion(this, id, options);
  }

  /** Polls until the task has ended, and yields the video of every poll. See {@link watch}. */
  watch(id: string, options?: WatchOptions): AsyncGenerator<Video, void> {
    return watch(this, id, options);
  }

  /** Waits for many tasks, and yields the outcome of each as it ends. See {@link waitForAll}. */
  waitForAll(
    ids: Iterable<string> | AsyncIterable<string>,
    options?: WaitOptions,
  ): AsyncGenerator<WaitOutcome, void> {
    return waitForAll(this, this.#maxConcurrency, ids, options);
  }
}
