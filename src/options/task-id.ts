// What counts as a task's id.

import { showsWhole } from '../internal/redact.ts';
import { quote } from '../internal/text.ts';

/**
 * @param key - The API key: where it stands in the id, arguments have changed places. It would be in a URL, and in the
 * logs of everyone on the way.
 * @throws {TypeError} where it is no id: not a string, blank, a step in a path (`.`, `..`), or not well-formed
 * Unicode, which no URL can carry.
 */
export function checkId(id: unknown, key: string | null = null): asserts id is string {
  if (key !== null && typeof id === 'string' && showsWhole(id, key)) {
    throw new TypeError(
      'Invalid task id: the API key is in it. Expected the id that the create call returned.',
    );
  }
  const isId = typeof id === 'string' && id.trim() !== '' && id !== '.' && id !== '..';
  if (!isId || /\p{Surrogate}/u.test(id)) {
    throw new TypeError(
      `Invalid task id: ${quote(id)}. Expected the id that the create call returned, a string that is not blank.`,
    );
  }
}
