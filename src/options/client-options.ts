// The options of a client.

import type { Attempt } from './attempt.ts';
import type { WaitOptions } from './wait-options.ts';

/** A function that returns the API key, or a promise of it. Called for every attempt, so that keys can rotate. */
export type ApiKeyProvider = () => string | undefined | Promise<string | undefined>;

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
   * Allows an API key in a browser, where everyone who opens the page can read it.
   *
   * @default false
   */
  dangerouslyAllowBrowser?: boolean | undefined;
}
