// The options `fetch` and `headers`.

/** The platform's fetch is looked up at each call: whoever replaces it later is heard. */
export function resolveFetch(option: typeof globalThis.fetch | undefined): typeof globalThis.fetch {
  return option ?? ((input, init) => globalThis.fetch(input, init));
}

/** @throws {TypeError} */
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
