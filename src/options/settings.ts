import { showsWhole } from '../internal/redact.ts';
import { quote } from '../internal/text.ts';
import { resolveApiKey, resolveBaseUrl, resolveFetch, resolveHeaders } from './access.ts';
import type {
  ApiKeyProvider,
  Fetch,
  IntervalOptions,
  PollIntervalsOptions,
  VideosClientOptions,
  WaitOptions,
} from './client-options.ts';
import { checkKeyOptions, checkOptions, invalid } from './validate.ts';

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
  const { apiKey, baseUrl, headers, polling, dangerouslyAllowBrowser, fetch, ...given } =
    checkKeyOptions(options);
  const defaults = CLIENT_DEFAULTS;
  const otherwise = 'pass apiKey: null where a proxy adds the key';
  const key = resolveApiKey(apiKey, dangerouslyAllowBrowser === true, otherwise);
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
function mergeIntervals<T extends IntervalOptions>(base: T, given: IntervalOptions, prefix = ''): T {
  const { minInterval, maxInterval } = given;
  if ((minInterval ?? 0) > (maxInterval ?? Number.POSITIVE_INFINITY)) {
    throw invalid('out of range', `${prefix}minInterval`, minInterval, `at most maxInterval, ${maxInterval}`);
  }
  const merged = merge(base, given);
  if ((merged.minInterval ?? 0) > (merged.maxInterval ?? Number.POSITIVE_INFINITY)) {
    if (minInterval === undefined) merged.minInterval = merged.maxInterval;
    else merged.maxInterval = minInterval;
  }
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
  if (options === undefined) return ofClient;
  // Not over what the client's came to: a bound that has only moved there is nobody's wish.
  return mergeIntervals(WAIT_DEFAULTS, mergeIntervals<WaitOptions>(client ?? {}, checkOptions(options)));
}

/**
 * @param key - The API key: where it stands in the id, arguments have changed places. It would be in a URL, and in the
 * logs of everyone on the way.
 * @throws {TypeError} where it is no id: not a string, blank, a step in a path (`.`, `..`), or not well-formed
 * Unicode, which no URL can carry.
 */
export function checkId(id: unknown, key: string | null = null): asserts id is string {
  if (key !== null && typeof id === 'string' && showsWhole(id, key)) {
    throw new TypeError(
      'Invalid task id: the API key is in it. Expected the id that the create call returned.',
    );
  }
  const isId = typeof id === 'string' && id.trim() !== '' && id !== '.' && id !== '..';
  if (!isId || /\p{Surrogate}/u.test(id)) {
    throw new TypeError(
      `Invalid task id: ${quote(id)}. Expected the id that the create call returned, a string that is not blank.`,
    );
  }
}
