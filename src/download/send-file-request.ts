// One attempt to get a file. Redirects are followed by hand, so that no host is contacted unchecked.

import { throwIfAborted } from '../internal/abort.ts';
import { discard } from '../internal/body-reader.ts';
import { isRedirect } from '../internal/http-status.ts';
import { uncached } from '../internal/runtime.ts';
import { parseUrl } from '../internal/url.ts';
import type { Fetch, FetchInit, FetchResponse } from '../options/client-options.ts';
import { checkResponse } from '../options/fetch-and-headers.ts';

/** What is requested of a file. */
export interface FileRequest {
  readonly url: string;
  /** The part that is wanted, if its file is still the same; `null` for the whole file. */
  readonly range: { readonly from: number; readonly validator: string } | null;
  readonly signal: AbortSignal;
}

/** Nothing in the request says who sends it: no key, no cookie, no header of the client, no referrer. */
function initOf({ range, signal }: FileRequest): FetchInit {
  // Encoded bytes could be neither counted nor requested again.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (range !== null) {
    headers.range = `bytes=${range.from}-`;
    headers['if-range'] = range.validator;
  }
  // A player keeps parts of the file in a browser's cache, which then answers 206 to a request for the whole of it.
  const init: FetchInit & { credentials?: 'omit'; referrerPolicy?: 'no-referrer' } = uncached({
    headers,
    signal,
    redirect: 'manual',
  });
  // workerd has these properties only if it accepts them.
  if ('credentials' in Request.prototype) init.credentials = 'omit';
  if ('referrerPolicy' in Request.prototype) init.referrerPolicy = 'no-referrer';
  return init;
}

/**
 * The response to a request for a file, at the end of all redirects.
 *
 * @param check - Throws if a URL must not be requested, or not after so many redirects.
 */
export async function sendFileRequest(
  fetch: Fetch,
  request: FileRequest,
  check: (url: URL | null, redirects: number) => void,
): Promise<FetchResponse> {
  const init = initOf(request);
  let url = parseUrl(request.url);
  for (let redirects = 0; ; redirects++) {
    check(url, redirects);
    const response = checkResponse(await fetch((url as URL).href, init));
    try {
      // Not every fetch observes its signal.
      throwIfAborted(request.signal);
      // The response of a fetch that follows redirects by itself may come from elsewhere.
      if (response.url) check(parseUrl(response.url), redirects);
      const location = isRedirect(response.status) ? response.headers.get('location') : null;
      // A browser hides where a redirect leads, and follows at most 20.
      const isHidden = (response as { type?: string }).type === 'opaqueredirect';
      if (location === null && !isHidden) return response;
      if (isHidden) init.redirect = 'follow';
      else url = parseUrl(location as string, url as URL);
      discard(response);
    } catch (error) {
      discard(response);
      throw error;
    }
  }
}
