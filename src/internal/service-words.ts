// Finds the service's own words in an error body of any shape.

import { quote, shorten } from './text.ts';

/** Names of fields for people: `message`, `msg`, `error`, `detail`, `title`, `errors`, `error_description`, … */
const WORDS = /mess?age|msg|err(or)?s?$|error_|detail|title|reason|descri|fault|failure|info/i;
/** Names of codes, which are quoted if there are no words. */
const CODES = /(code|type)$/i;
/** Names of fields for programs, even if the name contains a word of the first list (`message_id`). */
const NO_WORDS = /(code|type|ids?|ur[il]|links?|status|loc|time)$/i;

/** How deep words are searched for, and how many of them are quoted. */
const MAX_DEPTH = 6;
const MAX_WORDS = 5;

/** Whether these are the words for a route that the service does not have: `baseUrl` is wrong. */
export const isUnknownRoute = (words: string) => /no handler found/i.test(words);

/** The text from its first visible character on; empty if there is none. */
const visiblePart = (text: string) => text.replace(/^[^\p{L}\p{N}\p{P}\p{S}]+/u, '');

const quoteWords = (words: string) => quote(shorten(words));

/**
 * The strings under the names that match, in the order of the body.
 *
 * @param isNamed - Whether the value itself is under such a name: a string, or a list of strings.
 */
function* stringsIn(
  value: unknown,
  isName: (name: string) => boolean,
  isNamed: boolean,
  depth = 0,
): Generator<string> {
  if (typeof value === 'string' && isNamed) yield visiblePart(value).trim();
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
  for (const [name, inner] of Object.entries(value)) {
    // A list of words; or a form's fields, each with such a list: `"errors": { "prompt": ["is required"] }`.
    const isItem = Array.isArray(value)
      ? typeof inner === 'string'
      : Array.isArray(inner) && !NO_WORDS.test(name);
    yield* stringsIn(inner, isName, isName(name) || (isNamed && isItem), depth + 1);
  }
}

const isWords = (name: string) => WORDS.test(name) && !NO_WORDS.test(name);
const isCode = (name: string) => CODES.test(name);

/** The title of a page of HTML, or the message of an XML body. */
function wordsOfMarkup(text: string): string {
  const kind = /^\s*<(\?xml|error)/i.test(text) && !/<html/i.test(text) ? 'XML' : 'a page of HTML';
  for (const [, words = ''] of text.matchAll(/<(?:title|h1|message)\b[^<>]*>([^<]*)/gi)) {
    const title = visiblePart(words);
    if (title !== '') return `${kind}, ${quoteWords(title)}`;
  }
  return kind;
}

/**
 * The service's own words, as a message quotes them; `null` if there are none.
 *
 * @param json - The body, parsed; `undefined` if it is not JSON.
 */
export function serviceWords(text: string, json: unknown): string | null {
  if (typeof json === 'object' && json !== null) {
    for (const isName of [isWords, isCode]) {
      const words = new Set<string>();
      for (const found of stringsIn(json, isName, Array.isArray(json))) {
        if (found !== '' && words.add(found).size === MAX_WORDS) break;
      }
      if (words.size > 0) return quoteWords([...words].join('; '));
    }
    return null;
  }
  if (/^\s*<[!?a-z]/i.test(text)) return wordsOfMarkup(text);
  const words = visiblePart(typeof json === 'string' ? json : text);
  return words === '' ? null : quoteWords(words);
}
