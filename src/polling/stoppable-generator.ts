import { abortReason, onAbort, throwIfAborted } from '../internal/abort.ts';

interface Settings {
  readonly signal?: AbortSignal | undefined;
}

/**
 * An async generator that `return()` and `throw()` stop at once, also in the middle of what it awaits, where a plain
 * one would queue them behind it. What it awaits must end with the signal that its settings carry.
 *
 * @param settle - Checks what was asked for, once the first value is wanted.
 */
export function stoppable<S extends Settings, T>(
  settle: () => S,
  generate: (settings: S & { readonly signal: AbortSignal }) => AsyncGenerator<T, void>,
): AsyncGenerator<T, void> {
  const stop = new AbortController();
  const values = run(settle, generate, stop);
  const { return: end, throw: fail } = values;
  return Object.assign(values, {
    return: (value: void | PromiseLike<void>) => {
      stop.abort(stop);
      return end.call(values, value);
    },
    throw: (error: unknown) => {
      stop.abort(stop);
      return fail.call(values, error);
    },
    // For `await using`: generators have it from Node 24 on, and their type promises it everywhere.
    ...(Symbol.asyncDispose && { [Symbol.asyncDispose]: async () => void (await values.return()) }),
  });
}

async function* run<S extends Settings, T>(
  settle: () => S,
  generate: (settings: S & { readonly signal: AbortSignal }) => AsyncGenerator<T, void>,
  stop: AbortController,
): AsyncGenerator<T, void> {
  const settings = settle();
  const { signal } = settings;
  throwIfAborted(signal);
  const stopListening = onAbort(signal, () => stop.abort(abortReason(signal)));
  try {
    yield* generate({ ...settings, signal: stop.signal });
  } catch (error) {
    if (error !== stop) throw error;
  } finally {
    // Whatever it had going on ends with it.
    stop.abort(stop);
    stopListening();
  }
}
