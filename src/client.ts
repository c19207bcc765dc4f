// VideosClient: every method of the client, and where each is implemented.

import { VideosApi } from './api/videos-api.ts';
import { download } from './download/download.ts';
import { VERSION } from './internal/version.ts';
import type { VideosClientOptions } from './options/client-options.ts';
import { resolveClient } from './options/client-settings.ts';
import type { CreateOptions, CreateVideoRequest, GenerateOptions } from './options/create-options.ts';
import type { DownloadOptions } from './options/download-options.ts';
import type { GetResultOptions, WaitOptions } from './options/wait-options.ts';
import { generate } from './polling/generate.ts';
import { pollUntilCompleted } from './polling/poll-until-completed.ts';
import { type WaitOutcome, waitForAll } from './polling/wait-for-all.ts';
import { watch } from './polling/watch.ts';
import type { CompletedVideo, Video } from './video.ts';

/** Node, Bun and Deno print what the method of this name returns. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * A client of the video service.
 *
 * @example
 * ```ts
 * const client = new VideosClient({ apiKey: process.env.VIDEOS_API_KEY });
 * const video = await client.waitForCompletion('video_1234567890');
 * console.log(video.video_url);
 * ```
 *
 * @category Client
 */
export class VideosClient {
  // A private field: a logger cannot see it.
  readonly #api: VideosApi;

  /**
   * Makes a client; nothing is sent.
   *
   * @throws {@link TypeError} An option has the wrong type; there is no API key; or there is one in a browser, where every
   * visitor could read it.
   * @throws {@link RangeError} An option is out of range.
   */
  constructor(options?: VideosClientOptions) {
    this.#api = new VideosApi(resolveClient(options));
    // Not a method of that name: older TypeScript could not read the class's declaration.
    Object.defineProperty(this, INSPECT, { value: this.#inspect });
  }

  /** Where the service is, the limits and the version; never the key. */
  #inspect(_depth: number, options: object, inspect: (value: object, options: object) => string): string {
    const { baseUrl, timeout, maxRetries, maxConcurrency, polling } = this.#api.settings;
    const shown = { version: VERSION, baseUrl, timeout, maxRetries, maxConcurrency, polling };
    return `VideosClient ${inspect(shown, options)}`;
  }

  /** Milliseconds that one HTTP attempt of this client may take. */
  get timeout(): number {
    return this.#api.timeout;
  }

  /** The defaults that every wait of this client starts from, as they were given. */
  get polling(): Readonly<WaitOptions> {
    return this.#api.polling;
  }

  /**
   * Fetches a task's current state, whatever its status. A transient failure is retried up to `maxRetries` times.
   *
   * @param id - The task's id, as the create call returned it.
   * @throws {@link AuthenticationError} The service refuses the API key.
   * @throws {@link NotFoundError} The service does not know the task: the id is wrong, or older than about a day.
   * @throws {@link RateLimitError} Too many requests, also after the retries.
   * @throws {@link ApiError} The service responded with another error.
   * @throws {@link ConnectionError} No response arrived.
   * @throws {@link RequestTimeoutError} No complete response arrived within `timeout`.
   * @throws {@link InvalidResponseError} The response is not what the service documents.
   * @throws {@link TypeError} The id is wrong, or an option has the wrong type; no request was sent.
   * @throws {@link RangeError} An option is out of range; no request was sent.
   * @throws `signal.reason`, at once, when the signal is aborted.
   */
  getResult(id: string, options?: GetResultOptions): Promise<Video> {
    return this.#api.getResult(id, options);
  }

  /**
   * Creates a task, which the service bills. Creating belongs on a server: a browser may repeat a request by itself, and
   * nothing can prevent it.
   *
   * A create is repeated only if no task can have been created: if nothing was sent (there was no connection; known in
   * Node, Bun and Deno), after a 429, and once with a new key if `apiKey` is a function.
   *
   * @returns the new task, `queued` as a rule. Store its id: with it, a wait can be resumed for about a day.
   * @throws {@link OutcomeUnknownError} It was sent, and whether there is a task is not known. Check your account first.
   * @throws {@link ApiError} The service refused the request: {@link AuthenticationError}, {@link RateLimitError}, another.
   * @throws {@link ConnectionError}, {@link RequestTimeoutError} Nothing was sent: no connection, no key, or no place in time.
   * @throws {@link TypeError}, {@link RangeError} A wrong field of the request or a wrong option; nothing was sent.
   * @throws `signal.reason`, at once, when the signal is aborted. Once the request was sent, a task may exist.
   *
   * @example
   * ```ts
   * const { id } = await client.create({ model: 'videos', prompt: 'A cat on a skateboard', duration: 5 });
   * ```
   */
  create(request: CreateVideoRequest, options?: CreateOptions): Promise<Video> {
    return this.#api.create(request, options);
  }

  /**
   * Creates a task as {@link VideosClient.create} does, and waits for it as {@link VideosClient.waitForCompletion} does. The
   * reply to the create is the first state: the first poll comes after `minInterval`.
   *
   * An abort, or the end of the process, does not end the task: store its id in `onCreated`, and `waitForCompletion` resumes.
   *
   * @returns the task, once it is `completed`: `video_url` is a string.
   * @throws {@link OutcomeUnknownError} and what else {@link VideosClient.create} throws, with `taskId: null`.
   * @throws {@link VideoFailedError} and what else {@link VideosClient.waitForCompletion} throws, with the task's `taskId`.
   * @throws `signal.reason`, at once, when the signal is aborted (a task may exist); what a callback throws.
   *
   * @example
   * ```ts
   * const request = { model: 'videos', prompt: 'A cat on a skateboard', duration: 5 };
   * const video = await client.generate(request, { onCreated: ({ id }) => writeFile('task.txt', id) });
   * ```
   */
  generate(request: CreateVideoRequest, options?: GenerateOptions): Promise<CompletedVideo> {
    return generate(this.#api, request, options);
  }

  /**
   * Polls until the task has ended: at once, then after pauses of 30 to 60 s, and for the last time when `maxWait` is
   * over. Failed polls are tolerated: fewer than `maxFailures` in a row if they are transient; two between successful polls
   * if the service refuses a key that it has accepted before, or sends a completed task without its `video_url`.
   *
   * In a browser, a page that is shown again or comes back online does not wait for the end of its pause: it polls at
   * once if the last poll was `minInterval` ago or, back online, if that poll got no response; but never during a
   * rate-limit pause.
   *
   * The service keeps a video for about 24 hours, and its task for about a day.
   *
   * @param id - The task's id, as the create call returned it.
   * @returns the task, once it is `completed`: `video_url` is a string.
   * @throws {@link VideoFailedError} The task ended `failed`; `video.error` says why.
   * @throws {@link WaitTimeoutError} `maxWait` has passed. The task may still finish: wait again with the same id.
   * @throws {@link PollingFailedError} `maxFailures` polls in a row have failed. The task may still finish.
   * @throws {@link AuthenticationError} The service refuses the API key.
   * @throws {@link NotFoundError} The service does not know the task: the id is wrong, or older than about a day.
   * @throws {@link ApiError} The service responded with another error that no later poll can change.
   * @throws {@link InvalidResponseError} The task is not a video task; or it is completed, and has no `video_url`.
   * @throws {@link TypeError} The id is wrong, or an option has the wrong type; no request was sent.
   * @throws {@link RangeError} An option is out of range; no request was sent.
   * @throws `signal.reason`, at once, when the signal is aborted; the error of a callback.
   *
   * @example
   * ```ts
   * const { video_url } = await client.waitForCompletion('video_1234567890', {
   *   signal: AbortSignal.timeout(600_000),
   *   onUpdate: ({ status }, { nextPollIn }) => console.log(status, nextPollIn),
   * });
   * ```
   */
  waitForCompletion(id: string, options?: WaitOptions): Promise<CompletedVideo> {
    return pollUntilCompleted(this.#api, id, options);
  }

  /**
   * Polls as {@link VideosClient.waitForCompletion} does, and yields the video of every successful poll, the final one
   * (`completed` or `failed`) included. `break` stops it; so does `return()` in the middle of a pause, at once.
   *
   * @param id - The task's id, as the create call returned it.
   * @throws what `waitForCompletion` throws, at the first `next()` or a later one; but a `failed` task is not an error.
   *
   * @example
   * ```ts
   * for await (const video of client.watch('video_1234567890')) console.log(video.status);
   * ```
   */
  watch(id: string, options?: WaitOptions): AsyncGenerator<Video, void> {
    return watch(this.#api, id, options);
  }

  /**
   * The video's bytes, as a standard `Response`. Its body resumes by itself after a dropped or silent connection, and
   * under a new URL when the old one has expired; it never mixes two versions of a file. Read it to its end or cancel it:
   * until then the connection is open.
   *
   * @param videoOrId - The task; or its id, with which it is fetched first.
   * @returns a response with status 200, `content-type`, and `content-length` if the length is known.
   * @throws {@link DownloadError} The file cannot be fetched; or the task has not ended, and the message says its status.
   * If bytes have been read already, the body errors with it.
   * @throws {@link VideoFailedError} The task ended `failed`.
   * @throws what {@link VideosClient.getResult} throws, if the task is fetched first.
   * @throws {@link TypeError} An argument is wrong; no request was sent.
   * @throws `signal.reason`, at once, when the signal is aborted; what `onProgress` throws.
   *
   * @example
   * ```ts
   * const response = await client.download('video_1234567890');
   * return new Response(response.body, { headers: response.headers });
   * ```
   */
  download(videoOrId: string | Video, options?: DownloadOptions): Promise<Response> {
    return download(this.#api, videoOrId, options);
  }

  /**
   * Waits for many tasks at once, and yields the outcome of each in the order in which they end. A task that fails, or
   * whose callback throws, does not end the others.
   *
   * Nothing starts before the first outcome is requested. From then on ids are read as long as fewer than 100,000 tasks
   * are held, and tasks are polled on schedule, however slowly the outcomes are read. Of ids that arrive within one
   * second, the first `maxConcurrency` are polled at once, and the first polls of the others are spread over
   * `minInterval`. If more polls are due than can be in flight, they take turns. A task's `maxWait` counts from when
   * its first poll is due.
   *
   * An id that comes again while it is being waited for is dropped; once its outcome has been yielded, it starts a
   * new wait. So remove duplicates from a list that has them.
   *
   * `break`, and `return()` at any time, stop all polls at once and close the input, without waiting for it.
   *
   * @param ids - The tasks' ids, from any iterable or async iterable, which may be endless. A wrong id is a `rejected`
   * outcome.
   * @throws the error that the input throws, after the outcomes that have arrived; it ends every wait.
   * @throws {@link TypeError} `ids` is not an iterable, or an option has the wrong type; no request was sent.
   * @throws {@link RangeError} An option is out of range; no request was sent.
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
    return waitForAll(this.#api, this.#api.settings.maxConcurrency, ids, options);
  }
}
