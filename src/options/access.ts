import { environment, isBrowser } from '../internal/runtime.ts';
import { quote } from '../internal/text.ts';
import { bareUrl, parseUrl } from '../internal/url.ts';

/** The documented base. */
const BASE_URL = 'https://zcbservice.aizfw.cn/kyyReactApiServer';

/** @throws {TypeError} where it is not a key; the message never shows it. */
export function checkApiKey(key: unknown, source: string): string {
  // RFC 6750 section 2.1 allows no more; anything else is a copying mistake that a header would not carry.
  if (typeof key === 'string' && /^[\x21-\x7e]+$/.test(key)) return key;
  const problem =
    typeof key !== 'string'
      ? `it is ${key === null ? 'null' : `of type ${typeof key}`}`
      : key === ''
        ? 'it is empty'
        : 'it has a space, a line break or a character that is not ASCII';
  throw new TypeError(`Invalid ${source}: ${problem}. Expected the key as the service shows it.`);
}

/**
 * The key, or the function that returns one, or `null` for none.
 *
 * @param otherwise - What else can be done where there is none.
 * @throws {TypeError} where there is none, it is no key, or it would be open to everyone.
 */
export function resolveApiKey<F extends () => unknown>(
  option: string | F | null | undefined,
  allowBrowser: boolean,
  otherwise: string,
): string | F | null {
  if (option === null || typeof option === 'function') return option;
  const fromEnvironment = option === undefined;
  const key = fromEnvironment ? environment('VIDEOS_API_KEY') : option;
  if (key === undefined) {
    throw new TypeError(
      `No API key. Pass the option apiKey or set the environment variable VIDEOS_API_KEY; ${otherwise}.`,
    );
  }
  if (isBrowser() && !allowBrowser) {
    throw new TypeError(
      'Refused to use an API key in a browser: everyone who opens the page can read it, and spend your money. ' +
        'Keep the key on your server behind createVideosProxy of videos-client/proxy, and pass apiKey: null with ' +
        'baseUrl set to that proxy. If the key is meant to be public, pass dangerouslyAllowBrowser: true.',
    );
  }
  return checkApiKey(key, fromEnvironment ? 'environment variable VIDEOS_API_KEY' : 'option apiKey');
}

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

/** The platform's fetch is looked up at each call: whoever replaces it later is heard. */
export function resolveFetch(option: typeof globalThis.fetch | undefined): typeof globalThis.fetch {
  return option ?? ((input, init) => globalThis.fetch(input, init));
}

/** @throws {TypeError} */
export function resolveHeaders(option: HeadersInit | undefined, hasKey: boolean): Headers {
  let headers: Headers;
  try {
    headers = new Headers(option);
  } catch {
    // The platform's message would show the value, which may be a secret.
    throw new TypeError('Invalid option headers. Expected what the Headers constructor takes.');
  }
  if (hasKey && headers.has('authorization')) {
    throw new TypeError(
      'Invalid option headers: authorization is what apiKey is for. Pass apiKey: null to send your own.',
    );
  }
  return headers;
}
