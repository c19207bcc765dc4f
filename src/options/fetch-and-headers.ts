// The options `fetch` and `headers`.

import { kindOf } from '../internal/text.ts';
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

/**
 * Checks what a fetch has returned: what can be read as a response, also a mock's that has `json()` and no more.
 *
 * @throws {@link TypeError} It is none, and another attempt would have none either.
 */
export function checkResponse<T>(value: T): T {
  const { status, body, text, json, arrayBuffer } = Object(value) as Partial<Record<keyof Response, unknown>>;
  const isReadable = body || [text, json, arrayBuffer].some((method) => typeof method === 'function');
  if (isReadable || Number(status) >= 300) return value;
  throw new TypeError(`Invalid result of the option fetch: it is ${kindOf(value)}. Expected a Response.`);
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
