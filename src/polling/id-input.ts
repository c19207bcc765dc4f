import { quote } from '../internal/text.ts';

/** What the ids of many tasks may come from. */
export type Ids = Iterable<string> | AsyncIterable<string>;

/** The method that opens an input: the one that `for await` would call. */
function openerOf(ids: Ids): () => Iterator<string> | AsyncIterator<string> {
  const { [Symbol.asyncIterator]: openAsync, [Symbol.iterator]: open } = ids as AsyncIterable<string> &
    Iterable<string>;
  return openAsync ?? open;
}

/** @throws {TypeError} where it is no iterable of ids. */
export function checkIds(ids: unknown): void {
  // A string is an iterable too, of characters.
  if (typeof ids !== 'string' && typeof openerOf(Object(ids)) === 'function') return;
  throw new TypeError(
    `Invalid ids: ${quote(ids)}. Expected an iterable or an async iterable of task ids, such as an array.`,
  );
}

export function openIds(ids: Ids): Iterator<string> | AsyncIterator<string> {
  return openerOf(ids).call(ids);
}
