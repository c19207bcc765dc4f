import { download } from './download.ts';
import { type WaitOutcome, waitForAll } from './many.ts';
import type {
  DownloadOptions,
  GetResultOptions,
  VideosClientOptions,
  WaitOptions,
  WatchOptions,
} from './options.ts';
import { waitForCompletion, watch } from './polling.ts';
import { Service } from './request.ts';
import { type ClientSettings, resolveClient } from './settings.ts';
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
  readonly #settings: ClientSettings;

  /** @throws {TypeError} @throws {RangeError} on a wrong option, or where there is no API key. */
  constructor(options?: VideosClientOptions) {
    this.#settings = resolveClient(options);
    this.#service = new Service(this.#settings);
  }

  /** Milliseconds that one HTTP attempt of this client may take. */
  get timeout(): number {
    return this.#settings.timeout;
  }

  /** The defaults that every wait of this client starts from, as they were given. */
  get polling(): Readonly<WaitOptions> {
    return this.#settings.polling;
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

  /**
   * The video's bytes, as a standard `Response` with a byte stream for a body. The body goes on by itself after a
   * dropped or silent connection, and under a new URL when the old one has expired; it never glues two files together.
   * Read it to its end or cancel it: until then the connection is open.
   *
   * @param videoOrId - The task, or its id, which is then looked up first.
   * @returns a response with status 200, `content-type`, and `content-length` where the length is known.
   * @throws {DownloadError} the file cannot be fetched; or the task has not ended, and the message says its status.
   * Where bytes have been read already, the body errors with it.
   * @throws {VideoFailedError} the task ended `failed`. @throws what {@link VideosClient.getResult} throws.
   * @throws {TypeError} a wrong argument; no request was sent.
   * @throws `signal.reason`, at once, when the signal is aborted; what `onProgress` throws.
   *
   * @example
   * ```ts
   * const response = await client.download('video_1234567890');
   * return new Response(response.body, { headers: response.headers });
   * ```
   */
  download(videoOrId: string | Video, options?: DownloadOptions): Promise<Response> {
    return download(this, this.#settings, videoOrId, options);
  }

  /** Waits for many tasks, and yields the outcome of each as it ends. See {@link waitForAll}. */
  waitForAll(
    ids: Iterable<string> | AsyncIterable<string>,
    options?: WaitOptions,
  ): AsyncGenerator<WaitOutcome, void> {
    return waitForAll(this, this.#settings.maxConcurrency, ids, options);
  }
}
