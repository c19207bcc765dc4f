// The options of a client.

import type { Attempt } from './attempt.ts';
import type { WaitOptions } from './wait-options.ts';

/**
 * A function that returns the API key, or a promise of it. It is called for every attempt, so that keys can rotate.
 * If it returns `undefined`, the call rejects: with a `TypeError`, or, once a key has worked, a `ConnectionError`.
 *
 * @category Options
 */
export type ApiKeyProvider = () => string | undefined | Promise<string | undefined>;

/**
 * What a {@link Fetch} is called with, next to the URL.
 *
 * @category Options
 */
export interface FetchInit {
  method?: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body?: string;
  signal: AbortSignal;
  redirect?: 'error' | 'follow' | 'manual';
  cache?: 'no-store';
}

/**
 * What a {@link Fetch} resolves to: the `Response` of the platform, or of a library.
 *
 * @category Options
 */
export interface FetchResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: { get(name: string): string | null };
  readonly url: string;
  readonly body?: unknown;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * A WHATWG fetch: `globalThis.fetch`, that of a library, or a function around one. Called without a `this`.
 *
 * @example
 * With a proxy, a certificate authority or a pool of your own, by undici's fetch and a dispatcher of the same undici:
 * ```ts
 * import { EnvHttpProxyAgent, fetch as undiciFetch } from 'undici';
 *
 * const dispatcher = new EnvHttpProxyAgent();
 * const client = new VideosClient({ fetch: (url, init) => undiciFetch(url, { ...init, dispatcher }) });
 * ```
 *
 * @category Options
 */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

/**
 * Options of {@link VideosClient}.
 *
 * @category Options
 */
export interface VideosClientOptions {
  /**
   * The API key; or a function that returns one, or a promise of one, called for every attempt; or `null` for none, where
   * a proxy adds it.
   *
   * @default the environment variable `VIDEOS_API_KEY`
   */
  apiKey?: string | ApiKeyProvider | null | undefined;
  /**
   * Where the service is: http or https, with or without a trailing slash or a final `/v1`. With `apiKey: null` also a
   * path such as `/api/videos`, where a proxy is mounted on the page's own origin; where there is no page, a request then
   * rejects with a `TypeError`.
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
   * How many further attempts one request makes after a transient failure; 0 for none.
   *
   * @default 3
   */
  maxRetries?: number | undefined;
  /**
   * How many API requests of this client may be in flight: sent, and their body not yet read. Pauses and
   * downloads do not count. `Infinity` for no limit. On Cloudflare Workers, where no request may wait for another, there is
   * none.
   *
   * @default 16
   */
  maxConcurrency?: number | undefined;
  /** Defaults for every wait of this client. */
  polling?: WaitOptions | undefined;
  /**
   * Any WHATWG fetch, for API requests and downloads. undici's own fetch and node-fetch work, too.
   *
   * @default globalThis.fetch, looked up at each call
   */
  fetch?: Fetch | undefined;
  /** Headers to send with every API request; never with a download. */
  // By the constructor: `HeadersInit` is a name of the DOM, which programs for Node do not load.
  headers?: ConstructorParameters<typeof Headers>[0];
  /**
   * Called after every HTTP attempt, of the API and of files, successful or not: for logs, metrics and traces. It is not
   * awaited, and an error that it throws changes no result: it is reported (`reportError`, else `console.error`).
   */
  onAttempt?: ((attempt: Attempt) => unknown) | undefined;
  /**
   * Whether files may be fetched from private hosts, such as `localhost` or `10.0.0.1`; link-local ones (cloud metadata)
   * never are, unless `baseUrl` is one. The name in the URL is checked, not what it resolves to.
   *
   * @default whether the host of `baseUrl` is private
   */
  allowPrivateFiles?: boolean | undefined;
  /**
   * Allows an API key in a browser, where anyone who opens the page can read it.
   *
   * @default false
   */
  dangerouslyAllowBrowser?: boolean | undefined;
}
