// Where the service is.

import { environment } from '../internal/runtime.ts';
import { quote } from '../internal/text.ts';
import { bareUrl, parseUrl } from '../internal/url.ts';

/** The documented base. */
const BASE_URL = 'https://zcbservice.aizfw.cn/kyyReactApiServer';

/** What was given for a URL, without what may be a secret: a long word by itself may be the key. */
function shownUrl(value: unknown, url: URL | null): string {
  if (url !== null) return quote(bareUrl(url));
  if (typeof value !== 'string' && !(value instanceof URL)) return quote(value);
  const text = String(value);
  if (/^[^\s:]{16,}$/.test(text)) return 'a string that is no URL';
  return quote(text.replace(/[?#].*/s, '').replace(/\/\/[^/]*@/, '//'));
}

/** Without a trailing slash and a final `/v1`. @throws {TypeError} */
export function resolveBaseUrl(option: unknown): string {
  const fromEnvironment = option === undefined;
  const value = fromEnvironment ? (environment('VIDEOS_BASE_URL') ?? BASE_URL) : option;
  const url = typeof value === 'string' ? parseUrl(value) : null;
  if (url === null || url.username || url.password || url.search || url.hash) {
    const source = fromEnvironment ? 'environment variable VIDEOS_BASE_URL' : 'option baseUrl';
    throw new TypeError(
      `Invalid ${source}: ${shownUrl(value, url)}. Expected an http(s) URL without user, query and fragment.`,
    );
  }
  return bareUrl(url).replace(/\/+$/, '').replace(/\/v1$/, '').replace(/\/+$/, '');
}
