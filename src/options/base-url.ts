// Where the service is.

import { environment } from '../internal/runtime.ts';
import { quote } from '../internal/text.ts';
import { bareUrl, parseUrl } from '../internal/url.ts';
import { DOCUMENTED_BASE_URL } from './defaults.ts';

/** A path of the page's own origin: a second slash, or a backslash, would begin a host. */
const PATH = /^\/(?![/\\])/;

/** Base for parsing a path while there is no page. */
const ANY_ORIGIN = 'http://page.invalid';

/** The value as a message shows it, without secrets: a long word by itself may be the key. */
function shownUrl(value: unknown, url: URL | null): string {
  if (url !== null && url.origin !== ANY_ORIGIN) return quote(bareUrl(url));
  if (typeof value !== 'string' && !(value instanceof URL)) return quote(value);
  const text = String(value);
  if (/^[^\s:/][^\s:]{11,}$/.test(text)) return 'a string that is not a URL';
  return quote(text.replace(/[?#].*/s, '').replace(/\/\/[^/]*@/, '//'));
}

/**
 * The base of the service without a trailing slash and a final `/v1`: a URL; or a path, which {@link absoluteBaseUrl}
 * completes.
 *
 * @param apiKey - The client's API key, or `null` for none, which is what allows a path: pages have no key. `undefined`
 * on a server.
 * @throws {@link TypeError} Neither the option nor the environment variable is such a URL.
 */
export function resolveBaseUrl(option: unknown, apiKey?: unknown): string {
  const fromEnvironment = option === undefined;
  const value = fromEnvironment ? (environment('VIDEOS_BASE_URL') ?? DOCUMENTED_BASE_URL) : option;
  const isPath = typeof value === 'string' && apiKey === null && PATH.test(value);
  const url = typeof value === 'string' ? parseUrl(value, isPath ? ANY_ORIGIN : undefined) : null;
  // The parser of URLs drops tabs and line breaks, so that a path may turn out to begin with two slashes.
  const isElsewhere = isPath && url?.origin !== ANY_ORIGIN;
  if (url === null || isElsewhere || url.username || url.password || url.search || url.hash) {
    const source = fromEnvironment ? 'environment variable VIDEOS_BASE_URL' : 'option baseUrl';
    const path = apiKey === undefined ? '' : '; or, with apiKey: null, a path such as "/api/videos"';
    throw new TypeError(
      `Invalid ${source}: ${shownUrl(value, url)}. Expected an http(s) URL without user, query and fragment${path}.`,
    );
  }
  const base = isPath ? url.pathname : bareUrl(url);
  return base.replace(/\/+$/, '').replace(/\/v1$/, '').replace(/\/+$/, '');
}

/**
 * The base for one request: a path belongs to the page's origin. Only now, because a module may be loaded where there is
 * no page, such as in the build of an application.
 *
 * @throws {@link TypeError} It is a path, and there is no page.
 */
export function absoluteBaseUrl(baseUrl: string): string {
  if (parseUrl(baseUrl) !== null) return baseUrl;
  const origin = globalThis.location?.origin;
  if (origin !== undefined && origin !== 'null') return origin + baseUrl;
  throw new TypeError(
    `Failed to resolve the option baseUrl, ${quote(baseUrl || '/')}: a path belongs to a page, and there is no page here. Pass a whole URL.`,
  );
}
