// Checks a client's options, and completes them by the defaults.

import { resolveApiKey } from './api-key.ts';
import type { Attempt } from './attempt.ts';
import { resolveBaseUrl } from './base-url.ts';
import type { ApiKeyProvider, VideosClientOptions } from './client-options.ts';
import { CLIENT_DEFAULTS } from './defaults.ts';
import { resolveFetch, resolveHeaders } from './fetch-and-headers.ts';
import { CLIENT_OPTIONS } from './known-options.ts';
import { checkKeyOptions } from './validate.ts';
import type { WaitOptions } from './wait-options.ts';
import { resolvePolling } from './wait-settings.ts';

export interface ClientSettings {
  readonly apiKey: string | ApiKeyProvider | null;
  /** A URL, or a path of the page's origin; without a trailing slash and a final `/v1`. */
  readonly baseUrl: string;
  readonly timeout: number;
  readonly maxRetries: number;
  readonly maxConcurrency: number;
  readonly polling: Readonly<WaitOptions>;
  readonly fetch: typeof globalThis.fetch;
  readonly headers: Headers;
  /** `undefined` if the host of `baseUrl` decides. */
  readonly allowPrivateFiles: boolean | undefined;
  readonly onAttempt: ((attempt: Attempt) => unknown) | undefined;
}

/** Checks and completes the options of a client. @throws {@link TypeError} @throws {@link RangeError} */
export function resolveClient(options?: VideosClientOptions): ClientSettings {
  const { apiKey, baseUrl, headers, polling, dangerouslyAllowBrowser, fetch, ...given } = checkKeyOptions(
    options,
    CLIENT_OPTIONS,
  );
  const defaults = CLIENT_DEFAULTS;
  const key = resolveApiKey(apiKey, dangerouslyAllowBrowser === true);
  return {
    timeout: given.timeout ?? defaults.timeout,
    maxRetries: given.maxRetries ?? defaults.maxRetries,
    maxConcurrency: given.maxConcurrency ?? defaults.maxConcurrency,
    apiKey: key,
    baseUrl: resolveBaseUrl(baseUrl, key),
    headers: resolveHeaders(headers, key !== null),
    polling: resolvePolling(polling),
    fetch: resolveFetch(fetch),
    allowPrivateFiles: given.allowPrivateFiles,
    onAttempt: given.onAttempt,
  };
}
