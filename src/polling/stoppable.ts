// An async generator that can be stopped in the middle of what it awaits.

import { abortReason, onAbort, throwIfAborted } from '../internal/abort.ts';

interface Settings {
  readonly signal?: AbortSignal | undefined;
}

type Generate<S, T> = (settings: S & { readonly signal: AbortSignal }) => AsyncGenerator<T, void>;

/**
 * An async generator that `return()` and `throw()` stop at once; a plain one would queue them behind what it awaits.
 * What it awaits must end with the signal in its settings.
 *
 * @param resolve - Checks and completes the options; called when the first value is requested.
 */
export function stoppable<S extends Settings, T>(
  resolve: () => S,
  generate: Generate<S, T>,
): AsyncGenerator<T, void> {
  const stop = new AbortController();
  const values = run(resolve, generate, stop);
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
  resolve: () => S,
  generate: Generate<S, T>,
  stop: AbortController,
): AsyncGenerator<T, void> {
  const settings = resolve();
  const { signal } = settings;
  throwIfAborted(signal);
  const stopListening = onAbort(signal, () => stop.abort(abortReason(signal)));
  try {
    yield* generate({ ...settings, signal: stop.signal });
  } catch (error) {
    if (error !== stop) throw error;
  } finally {
    // Whatever the generator has started ends with it.
    stop.abort(stop);
    stopListening();
  }
}
