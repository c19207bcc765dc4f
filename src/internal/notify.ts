// Calls a listener whose failure must not change any result.

import { isBrowser } from './runtime.ts';

/** Does not wait for the listener. What it throws or rejects with is reported. */
export function notify<T>(listener: ((value: T) => unknown) | undefined, value: T): void {
  new Promise((resolve) => resolve(listener?.(value))).catch((error: unknown) => report(error));
}

/** As an uncaught error of a page, but one that ends nothing: Deno, for one, would end the process. */
function report(error: unknown): void {
  if (isBrowser() && typeof reportError === 'function') reportError(error);
  else console.error(error);
}
