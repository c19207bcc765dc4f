// Calls a listener whose failure must not change any result.

import { isBrowser } from './runtime.ts';

/** Does not wait for the listener. What it throws or rejects with is reported. */
export function notify<T>(listener: ((value: T) => unknown) | undefined, value: T): void {
  new Promise((resolve) => resolve(listener?.(value))).catch((error: unknown) => report(error));
}

/** In a page as an uncaught error is. Not elsewhere: Deno would end the process. */
function report(error: unknown): void {
  if (isBrowser() && typeof reportError === 'function') reportError(error);
  else console.error(error);
}
