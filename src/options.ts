import type { AnyVideosError } from './errors.ts';
import { resolveApiKey, resolveBaseUrl, resolveFetch, resolveHeaders } from './internal/access.ts';
import { checkOptions, invalid } from './internal/check.ts';
import { quote } from './internal/text.ts';
import type { Video } from './video.ts';

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
   * headers, and then the longest silence between bytes.
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
  /** The first and the shortest pause, in milliseconds. @default 30_000 */
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

/** Defaults of the client. */
export const CLIENT_DEFAULTS = Object.freeze({
  /** A status is a few hundred bytes: an attempt that takes longer than this is lost. */
  timeout: 30_000,
  /** Rides over some ten seconds of trouble; a longer one is for the wait, at its own pace. */
  maxRetries: 3,
  /** 160 polls a second where one takes 100 ms, and a browser's or a proxy's connections are not used up. */
  maxConcurrency: 16,
});

interface WaitDefaults {
  minInterval: number;
  maxInterval: number;
  factor: number;
  jitter: boolean;
  maxWait: number;
  maxFailures: number;
}

/** Defaults of a wait. */
export const WAIT_DEFAULTS: Readonly<WaitDefaults> = Object.freeze({
  /** The service's documentation: poll every 30–60 seconds. */
  minInterval: 30_000,
  maxInterval: 60_000,
  /** 30 s, 45 s, 60 s: most tasks take minutes, so the longest pause is reached soon. */
  factor: 1.5,
  jitter: true,
  /** Most tasks complete within a few minutes; half an hour covers those with many references. */
  maxWait: 1_800_000,
  /** Some ten minutes of outage, retries aside. */
  maxFailures: 10,
});

/** The options of a client, checked and complete. */
export interface ClientSettings {
  readonly apiKey: string | ApiKeyProvider | null;
  /** The key as it was last known: what no error may show. */
  readonly secret: { latest: string | null };
  /** Without a trailing slash and a final `/v1`. */
  readonly baseUrl: string;
  readonly timeout: number;
  readonly maxRetries: number;
  readonly maxConcurrency: number;
  readonly polling: Readonly<WaitOptions>;
  readonly fetch: Fetch;
  readonly headers: Headers;
}

/** The options of a wait, checked and complete. */
export type WaitSettings = WaitOptions & WaitDefaults;

/** What the defaults of each client come to: ten thousand waits share one object. */
const settled = new WeakMap<WaitOptions, WaitSettings>();

/** Checks and completes the options of a client. @throws {TypeError} @throws {RangeError} */
export function resolveClient(options?: VideosClientOptions): ClientSettings {
  // Not shown: whoever passes a string means the key.
  if (typeof options === 'string')
    throw new TypeError('Invalid option options: a string. Expected an object, such as { apiKey }.');
  const { apiKey, baseUrl, headers, polling, dangerouslyAllowBrowser, fetch, ...given } =
    checkOptions(options);
  const defaults = CLIENT_DEFAULTS;
  const key = resolveApiKey(apiKey, dangerouslyAllowBrowser === true);
  const wait = Object.freeze({ ...checkOptions(polling, 'polling.') });
  settled.set(wait, mergeIntervals<WaitSettings>(WAIT_DEFAULTS, wait, 'polling.'));
  return {
    timeout: given.timeout ?? defaults.timeout,
    maxRetries: given.maxRetries ?? defaults.maxRetries,
    maxConcurrency: given.maxConcurrency ?? defaults.maxConcurrency,
    apiKey: key,
    secret: { latest: typeof key === 'string' ? key : null },
    baseUrl: resolveBaseUrl(baseUrl),
    headers: resolveHeaders(headers, key !== null),
    polling: wait,
    fetch: resolveFetch(fetch),
  };
}

/** Lays options over others; `undefined` counts as not given. */
function merge<T extends object>(base: T, given: object): T {
  const merged = { ...base };
  for (const [key, value] of Object.entries(given)) {
    if (value !== undefined) merged[key as keyof T] = value;
  }
  return merged;
}

/** Lays one set of bounds over another: where only one is given and lies beyond the other, the other moves to it. */
function mergeIntervals<T extends { minInterval: number; maxInterval: number }>(
  base: T,
  given: IntervalOptions,
  prefix = '',
): T {
  const { minInterval, maxInterval } = given;
  if ((minInterval ?? 0) > (maxInterval ?? Number.POSITIVE_INFINITY)) {
    throw invalid('out of range', `${prefix}minInterval`, minInterval, `at most maxInterval, ${maxInterval}`);
  }
  const merged = merge(base, given);
  if (minInterval === undefined) merged.minInterval = Math.min(merged.minInterval, merged.maxInterval);
  merged.maxInterval = Math.max(merged.minInterval, merged.maxInterval);
  return merged;
}

/** Checks and completes the options of a schedule. @throws {TypeError} @throws {RangeError} */
export function resolveIntervals(options?: PollIntervalsOptions) {
  return mergeIntervals({ ...WAIT_DEFAULTS, random: Math.random }, checkOptions(options));
}

/** Checks the options of a wait, and completes them from the client's. @throws {TypeError} @throws {RangeError} */
export function resolveWait(client: WaitOptions | undefined, options?: WaitOptions): WaitSettings {
  const ofClient =
    (client && settled.get(client)) ??
    mergeIntervals<WaitSettings>(WAIT_DEFAULTS, checkOptions(client, 'polling.'), 'polling.');
  return options === undefined ? ofClient : mergeIntervals(ofClient, checkOptions(options));
}

/**
 * @throws {TypeError} where it is no id: not a string, blank, a step in a path (`.`, `..`), or not well-formed
 * Unicode, which no URL can carry.
 */
export function checkId(id: unknown): asserts id is string {
  const isId = typeof id === 'string' && id.trim() !== '' && id !== '.' && id !== '..';
  if (!isId || /\p{Surrogate}/u.test(id)) {
    throw new TypeError(
      `Invalid task id: ${quote(id)}. Expected the id that the create call returned, a string that is not blank.`,
    );
  }
}
