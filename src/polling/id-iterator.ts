// The ids of many tasks, from any iterable or async iterable.

import { quote } from '../internal/text.ts';

/** Where the ids of many tasks can come from. */
export type Ids = Iterable<string> | AsyncIterable<string>;

/** The method that returns the iterator: the one that `for await` would call. */
function iteratorMethodOf(ids: Ids): () => Iterator<string> | AsyncIterator<string> {
  const { [Symbol.asyncIterator]: asyncMethod, [Symbol.iterator]: method } = ids as AsyncIterable<string> &
    Iterable<string>;
  return asyncMethod ?? method;
}

/** @throws {@link TypeError} The value is not an iterable of ids. */
export function checkIds(ids: unknown): void {
  // A string is an iterable too: of characters.
  if (typeof ids !== 'string' && typeof iteratorMethodOf(Object(ids)) === 'function') return;
  throw new TypeError(
    `Invalid ids: ${quote(ids)}. Expected an iterable or an async iterable of task ids, such as an array.`,
  );
}

export function openIds(ids: Ids): Iterator<string> | AsyncIterator<string> {
  return iteratorMethodOf(ids).call(ids);
}
