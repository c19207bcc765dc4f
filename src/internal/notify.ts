// Calls a listener whose failure must not change any result.

/** Does not wait for the listener. What it throws or rejects with is written to the console. */
export function notify<T>(listener: ((value: T) => unknown) | undefined, value: T): void {
  new Promise((resolve) => resolve(listener?.(value))).catch((error: unknown) => console.error(error));
}
