// The options of a proxy, checked and complete.

import { resolveApiKey } from '../options/api-key.ts';
import { resolveBaseUrl } from '../options/base-url.ts';
import { CLIENT_DEFAULTS } from '../options/defaults.ts';
import { resolveFetch } from '../options/fetch-and-headers.ts';
import { fetchFunction, timeout as timeLimit } from '../options/known-options.ts';
import { aFunction, type Checks, checkedLater, checkKeyOptions, wrongType } from '../options/validate.ts';
import { resolveOrigins } from './cors.ts';
import type { VideosProxyOptions } from './proxy-options.ts';

export interface ProxySettings<Context>
  extends Pick<VideosProxyOptions<Context>, 'apiKey' | 'authorize' | 'onError'> {
  /** Without a trailing slash and a final `/v1`. */
  baseUrl: string;
  fetch: typeof globalThis.fetch;
  origins: ReadonlySet<string>;
  timeout: number;
}

const PROXY_OPTIONS: Checks<VideosProxyOptions> = {
  apiKey: checkedLater,
  authorize: checkedLater,
  baseUrl: checkedLater,
  fetch: fetchFunction,
  origins: checkedLater,
  timeout: timeLimit,
  onError: aFunction,
};

/**
 * @throws {@link TypeError} An option is of the wrong type.
 * @throws {@link RangeError} An option is out of range.
 */
export function resolveProxy<Context>(options: VideosProxyOptions<Context>): ProxySettings<Context> {
  const { apiKey, authorize, baseUrl, fetch, onError, origins, timeout } = checkKeyOptions<
    VideosProxyOptions<Context>
  >(options, PROXY_OPTIONS);
  if (typeof authorize !== 'function') {
    throw wrongType('authorize', authorize, 'a function that decides who may see which task');
  }
  if (apiKey === null) throw wrongType('apiKey', null, 'a key, or a function that returns one');
  return {
    authorize,
    // Without the option, the environment is read at each request.
    apiKey: apiKey === undefined ? undefined : (resolveApiKey(apiKey, false) ?? undefined),
    onError,
    baseUrl: resolveBaseUrl(baseUrl),
    fetch: resolveFetch(fetch),
    origins: resolveOrigins(origins ?? []),
    timeout: timeout ?? CLIENT_DEFAULTS.timeout,
  };
}
