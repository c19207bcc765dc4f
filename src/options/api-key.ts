// What counts as an API key, and where one may be used.

import { environment, isBrowser } from '../internal/runtime.ts';
import { kindOf } from '../internal/text.ts';

/**
 * Checks an API key.
 *
 * @throws {@link TypeError} It is not a key; the message does not show it.
 */
export function checkApiKey(key: unknown, source: string): string {
  // RFC 6750, section 2.1, allows even less; anything else is a copying mistake, and not allowed in a header.
  if (typeof key === 'string' && /^[\x21-\x7e]+$/.test(key)) return key;
  const problem =
    typeof key !== 'string'
      ? `it is ${kindOf(key)}`
      : key === ''
        ? 'it is empty'
        : 'it has a space, a line break or a character that is not ASCII';
  throw new TypeError(`Invalid ${source}: ${problem}. Expected the key exactly as it was issued.`);
}

/**
 * The key, or the function that returns one, or `null` for none.
 *
 * @throws {@link TypeError} There is none, it is not a key, or a page would show it to its visitors.
 */
export function resolveApiKey<F extends () => unknown>(
  option: string | F | null | undefined,
  allowBrowser: boolean,
): string | F | null {
  if (option === null || typeof option === 'function') return option;
  const fromEnvironment = option === undefined;
  const key = fromEnvironment ? environment('VIDEOS_API_KEY') : option;
  if (key === undefined) {
    throw new TypeError(
      'No API key. Pass the option apiKey or set the environment variable VIDEOS_API_KEY; pass apiKey: null where a proxy adds the key.',
    );
  }
  if (isBrowser() && !allowBrowser) {
    throw new TypeError(
      'Refused to use an API key in a browser: anyone who opens the page can read it, and spend your money. ' +
        'Keep the key on your server behind createVideosProxy of videos-client/proxy, and pass apiKey: null with ' +
        'baseUrl set to that proxy. If the key is meant to be public, pass dangerouslyAllowBrowser: true.',
    );
  }
  return checkApiKey(key, fromEnvironment ? 'environment variable VIDEOS_API_KEY' : 'option apiKey');
}
