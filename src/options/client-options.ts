import type { AnyVideosError } from '../errors/index.ts';
import type { Video } from '../video.ts';

/** A function that returns the API key, or a promise of it. Called for every attempt, so that keys can rotate. */
export type ApiKeyProvider = () => string | Promise<string>;

/** A WHATWG fetch: `globalThis.fetch`, or whatever takes its place. Called without a `this`. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Options of {@link VideosClient}. */
export interface VideosClientOptions {
  /**
   * The API key; or a function that returns one or a promise of one, called for every attempt; or `null` for
   * none, where a proxy adds it.
   *
   * @default the environment variable `VIDEOS_API_KEY`, where there is an environment
   */
  apiKey?: string | ApiKeyProvider | null | undefined;
  /**
   * Where the service is: http or https, with or without a trailing slash or a final `/v1`.
   *
   * @default the environment variable `VIDEOS_BASE_URL`, else the documented base
   */
  baseUrl?: string | undefined;
  /**
   * Milliseconds that one HTTP attempt may take, the reading of its body included. For a download: until its
   * headers, and then the longest silence between bytes. (The `fetch` of Node has a limit of its own for either: 300 s.)
   *
   * @default 30_000
   */
  timeout?: number | undefined;
  /**
   * How often one request is tried again after a transient failure; 0 for never.
   *
   * @default 3
   */
  maxRetries?: number | undefined;
  /**
   * How many API requests of this client may be in flight: sent, and their body not yet read. Pauses and
   * downloads do not count.
   *
   * @default 16
   */
  maxConcurrency?: number | undefined;
  /** Defaults for every wait of this client. */
  polling?: WaitOptions | undefined;
  /**
   * Any WHATWG fetch, for API requests and downloads.
   *
   * @default globalThis.fetch, looked up at each call
   */
  fetch?: Fetch | undefined;
  /** Headers to send with every API request; never with a download. */
  // By the constructor: `HeadersInit` is a name of the DOM, which programs for Node do not load.
  headers?: ConstructorParameters<typeof Headers>[0];
  /**
   * Allows an API key in a browser, where everyone who opens the page can read it.
   *
   * @default false
   */
  dangerouslyAllowBrowser?: boolean | undefined;
}

/** Options of one look at a task. */
export interface GetResultOptions {
  /** Stops the call at once: it rejects with `signal.reason`. */
  signal?: AbortSignal | undefined;
  /** Milliseconds that one attempt may take. @default the client's `timeout` */
  timeout?: number | undefined;
  /** How often the request is tried again after a transient failure. @default the client's `maxRetries` */
  maxRetries?: number | undefined;
}

/** The schedule of the pauses between polls. */
export interface IntervalOptions {
  /** The first and the shortest pause, in milliseconds; 0 stays 0, whatever the factor. @default 30_000 */
  minInterval?: number | undefined;
  /** The longest pause, in milliseconds. @default 60_000 */
  maxInterval?: number | undefined;
  /** Growth from pause to pause; 1 or more. @default 1.5 */
  factor?: number | undefined;
  /** Spreads each pause by up to 20 % either way, within the two bounds. @default true */
  jitter?: boolean | undefined;
}

/** Options of {@link pollIntervals}. */
export interface PollIntervalsOptions extends IntervalOptions {
  /** A source of numbers from 0 to 1, for the jitter. @default Math.random */
  random?: (() => number) | undefined;
}

/** A poll that failed; the wait goes on. */
export interface PollError {
  /** Why the poll failed. */
  readonly error: AnyVideosError;
  /** How many polls in a row have failed, this one included. */
  readonly failures: number;
}

/** Options of a wait that is read as an iterator. */
export interface WatchOptions extends IntervalOptions {
  /** The longest wait altogether, in milliseconds; 0 means one look, `Infinity` no limit. @default 1_800_000 */
  maxWait?: number | undefined;
  /** The wait gives up when this many polls in a row have failed; `Infinity` for never. @default 10 */
  maxFailures?: number | undefined;
  /** Stops the wait at once: it rejects with `signal.reason`. */
  signal?: AbortSignal | undefined;
  /** Called with every failed poll. An error out of it ends the wait; a promise is awaited. */
  onPollError?: ((failure: PollError) => unknown) | undefined;
}

/** Options of a wait. */
export interface WaitOptions extends WatchOptions {
  /** Called with the `Video` of every poll, in order. An error out of it ends the wait; a promise is awaited. */
  onUpdate?: ((video: Video) => unknown) | undefined;
}

/** How far a download has come. */
export interface DownloadProgress {
  /** Bytes of the file that have arrived; it never falls. */
  readonly receivedBytes: number;
  /** The length of the file, or `null` where the server does not tell. */
  readonly totalBytes: number | null;
}

/** Options of a download. */
export interface DownloadOptions {
  /** Stops the download at once, its body included: with `signal.reason`. */
  signal?: AbortSignal | undefined;
  /** Called about ten times a second, and at the end. An error out of it ends the download; a promise is awaited. */
  onProgress?: ((progress: DownloadProgress) => unknown) | undefined;
}
