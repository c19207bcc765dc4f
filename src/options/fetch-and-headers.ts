// The options `fetch` and `headers`.

import type { Fetch, FetchInit } from './client-options.ts';

/**
 * The platform's fetch is looked up at each call, so that a later replacement counts. Any other is called with plain
 * headers: it may be of a library that does not know the platform's `Headers`.
 */
export function resolveFetch(option: Fetch | undefined): typeof globalThis.fetch {
  if (option === undefined) return (input, init) => globalThis.fetch(input, init);
  return (input, init) => {
    const headers = Object.fromEntries(new Headers(init?.headers));
    return option(String(input), { ...init, headers } as FetchInit) as Promise<Response>;
  };
}

/** @throws {@link TypeError} */
export function resolveHeaders(option: HeadersInit | undefined, hasKey: boolean): Headers {
  let headers: Headers;
  try {
    headers = new Headers(option);
  } catch {
    // The platform's message would show the value, which may be a secret.
    throw new TypeError('Invalid option headers. Expected what the Headers constructor takes.');
  }
  if (hasKey && headers.has('authorization')) {
    throw new TypeError(
      'Invalid option headers: authorization is what apiKey is for. Pass apiKey: null to send your own.',
    );
  }
  return headers;
}
