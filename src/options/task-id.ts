// What counts as a task's id.

import { isSearchable } from '../internal/redact.ts';
import { idText, quote } from '../internal/text.ts';

/** White space and invisible characters: zero-width spaces, direction marks, fillers, the empty Braille cell. */
const UNSEEN_AT_AN_END = /^[\s\p{Cf}\p{DI}\u2800]|[\s\p{Cf}\p{DI}\u2800]$/u;

/** What is wrong with an id, or `null`. */
function problemOf(id: unknown): string | null {
  if (typeof id !== 'string') return 'is not a string';
  if (id.trim() === '') return 'is blank';
  // Steps in a path, which no encoding keeps in a URL.
  if (id === '.' || id === '..') return 'is a step in a path';
  if (/\p{Cs}/u.test(id)) return 'contains half a character';
  if (UNSEEN_AT_AN_END.test(id)) return 'begins or ends with white space or an invisible character';
  return /\p{Cc}/u.test(id) ? 'contains a control character' : null;
}

/**
 * Checks a task's id.
 *
 * @param key - The API key. An id that contains it is one of two arguments that were swapped; it would be in a URL, and
 * in every log on the way.
 * @throws {@link TypeError} no id, or a wrong one; the message does not show the key.
 */
export function checkId(id: unknown, key: string | null = null): asserts id is string {
  if (key !== null && isSearchable(key) && typeof id === 'string' && id.includes(key)) {
    throw new TypeError(
      'Invalid task id: it contains the API key. Expected the id exactly as the create call returned it.',
    );
  }
  const problem = problemOf(id);
  if (problem === null) return;
  const shown = typeof id === 'string' ? idText(id) : quote(id);
  throw new TypeError(
    `Invalid task id: ${shown} ${problem}. Expected the id exactly as the create call returned it.`,
  );
}
