import { VideosApi } from './api/videos-api.ts';
import { download } from './download/download.ts';
import type { VideosClientOptions } from './options/client-options.ts';
import { type ClientSettings, resolveClient } from './options/client-settings.ts';
import type { DownloadOptions } from './options/download-options.ts';
import type { VideoSource } from './options/video-source.ts';
import type { GetResultOptions, WaitOptions, WatchOptions } from './options/wait-options.ts';
import { type PollSource, pollsOf, pollsOfApi } from './polling/poll-source.ts';
import { type WaitOutcome, waitForAll } from './polling/wait-for-all.ts';
import { waitForCompletion as poll, watch } from './polling/wait-for-completion.ts';
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
  readonly #api: VideosApi;
  readonly #settings: ClientSettings;
  readonly #polls: PollSource;

  /**
   * Makes a client; nothing is sent.
   *
   * @throws {TypeError} an option of the wrong kind; no API key; or one in a browser, where everyone could read it.
   * @throws {RangeError} an option out of range.
   */
  constructor(options?: VideosClientOptions) {
    this.#settings = resolveClient(options);
    this.#api = new VideosApi(this.#settings);
    this.#polls = pollsOfApi(this.#api, this.#settings);
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
   * @throws {ConnectionError} no answer.
   * @throws {RequestTimeoutError} no complete answer within `timeout`.
   * @throws {InvalidResponseError} an answer that is not what the service documents.
   * @throws {TypeError} a wrong id, or an option of the wrong kind; no request was sent.
   * @throws {RangeError} an option out of range; no request was sent.
   * @throws `signal.reason`, at once, when the signal is aborted.
   */
  getResult(id: string, options?: GetResultOptions): Promise<Video> {
    return this.#api.getResult(id, options);
  }

  /**
   * Polls until the task has ended: the first time at once, then after pauses of 30 to 60 s, and for the last time when
   * `maxWait` is over. Failed polls do not end it, save `maxFailures` in a row.
   *
   * In a browser, a page that is shown again or comes back online does not sit out its pause: it looks at once if the
   * last look is `minInterval` ago, or, back online, if that look got no answer. Never sooner than the service wishes.
   *
   * @param id - The task's id, as the create call returned it.
   * @returns the task, once it is `completed`: `video_url` is a string.
   * @throws {VideoFailedError} the task ended `failed`; `video.error` says why.
   * @throws {WaitTimeoutError} `maxWait` has passed. The task may still finish: wait again with the same id.
   * @throws {PollingFailedError} `maxFailures` polls in a row have failed. The task may still finish, likewise.
   * @throws {ApiError} an answer that no later poll can change, such as {@link AuthenticationError}.
   * @throws {InvalidResponseError} the task is of another kind, an image for instance.
   * @throws {TypeError} a wrong id, or an option of the wrong kind; no request was sent.
   * @throws {RangeError} an option out of range; no request was sent.
   * @throws `signal.reason`, at once, when the signal is aborted; what a callback throws.
   *
   * @example
   * ```ts
   * const { video_url } = await client.waitForCompletion('video_1234567890', {
   *   signal: AbortSignal.timeout(600_000),
   *   onUpdate: (video) => console.log(video.status),
   * });
   * ```
   */
  waitForCompletion(id: string, options?: WaitOptions): Promise<CompletedVideo> {
    return poll(this.#polls, id, options);
  }

  /**
   * Polls as {@link VideosClient.waitForCompletion} does, and yields the video of every poll, the final one (`completed`
   * or `failed`) included. `break`, and `return()` in the middle of a pause, stop it at once.
   *
   * @param id - The task's id, as the create call returned it.
   * @throws what `waitForCompletion` throws, at the first `next()` or a later one; but a `failed` task is no error.
   *
   * @example
   * ```ts
   * for await (const video of client.watch('video_1234567890')) console.log(video.status);
   * ```
   */
  watch(id: string, options?: WatchOptions): AsyncGenerator<Video, void> {
    return watch(this.#polls, id, options);
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
   * @throws {VideoFailedError} the task ended `failed`.
   * @throws what {@link VideosClient.getResult} throws, where a look at the task is needed.
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
    return download(this.#api, this.#settings, videoOrId, options);
  }

  /**
   * Waits for many tasks at once, and yields the outcome of each, in the order in which they end. What one task comes
   * to, an error out of a callback included, ends no other. An id that comes twice is polled and reported once.
   *
   * Nothing starts before the first outcome is asked for. From then on tasks are taken up as their ids come, up to
   * 100,000 at a time, and polled on schedule, however slowly the outcomes are read. Of ids that come within one second,
   * `maxConcurrency` tasks are polled at once, and the first polls of the others are spread over `minInterval`. Polls
   * for which there is no place when they are due take turns. A task's `maxWait` counts from when its first poll is due.
   *
   * `break`, and `return()` at any time, stop every poll at once and close the input, without waiting for it.
   *
   * To wait once more for a task whose wait has ended, call it again: an id is remembered, until 100,000 others have
   * ended after it.
   *
   * @param ids - The tasks' ids, from any iterable or async iterable, which may be endless.
   * @throws what the input throws, after the outcomes that have come in; it ends every wait.
   * @throws {TypeError} `ids` is no iterable, or an option is of the wrong kind; no request was sent.
   * @throws {RangeError} an option out of range; no request was sent.
   * @throws `signal.reason`, at once, when the signal is aborted.
   *
   * @example
   * ```ts
   * for await (const outcome of client.waitForAll(['video_1', 'video_2'])) {
   *   if (outcome.status === 'fulfilled') console.log(outcome.id, outcome.value.video_url);
   *   else console.error(outcome.id, outcome.reason);
   * }
   * ```
   */
  waitForAll(
    ids: Iterable<string> | AsyncIterable<string>,
    options?: WaitOptions,
  ): AsyncGenerator<WaitOutcome, void> {
    return waitForAll(this.#polls, this.#settings.maxConcurrency, ids, options);
  }
}

/**
 * Polls until the task has ended, as the method {@link VideosClient.waitForCompletion} does, which calls this; throws
 * what that throws.
 *
 * @param client - A `VideosClient`, or whatever looks at a task in its place; its `polling` holds the defaults.
 * @param id - The task's id, as the create call returned it.
 * @returns the task, once it is `completed`.
 */
export async function waitForCompletion(
  client: VideoSource,
  id: string,
  options?: WaitOptions,
): Promise<CompletedVideo> {
  return client instanceof VideosClient
    ? client.waitForCompletion(id, options)
    : poll(pollsOf(client), id, options);
}
