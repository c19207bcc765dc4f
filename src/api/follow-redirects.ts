// Follows redirects within the service's origin, so that the key and the headers go nowhere else.

import { discard } from '../internal/body-reader.ts';
import { isRedirect, MAX_REDIRECTS } from '../internal/http-status.ts';
import { headersOf } from '../internal/read-reply.ts';
import { bareUrl, parseUrl } from '../internal/url.ts';
import type { ApiRequest } from './api-request.ts';
import { redirectError } from './response-errors.ts';

/** Those that keep the method and the body (RFC 9110 section 15.4). */
const KEEPS_METHOD = [307, 308];

export interface RedirectOptions {
  readonly request: Pick<ApiRequest<unknown>, 'method' | 'taskId' | 'purpose'>;
  readonly url: string;
  /** Whether the request has a key or headers that must not go elsewhere. */
  readonly isConfidential: boolean;
  readonly send: (url: string, init: Pick<RequestInit, 'redirect' | 'mode'>) => Promise<Response>;
}

/** @throws {@link ApiError} A redirect is not followed. @throws what `send` throws. */
export async function followRedirects(options: RedirectOptions): Promise<Response> {
  const { request, isConfidential, send } = options;
  const { origin } = new URL(options.url);
  let url = options.url;
  let init: Pick<RequestInit, 'redirect' | 'mode'> = { redirect: 'manual' };
  for (let redirects = 0; ; redirects++) {
    const response = await send(url, init);
    const refuse = (why: string) => {
      discard(response);
      return redirectError(request, response, why);
    };
    // The response of a fetch that follows redirects by itself may come from elsewhere.
    const source = response.url === url ? null : parseUrl(response.url);
    if (source !== null && source.origin !== origin) throw refuse(`to another origin, ${bareUrl(source)}`);

    if (response.type === 'opaqueredirect') {
      // A browser hides the target, but can be limited to the page's origin; elsewhere nothing must be confidential.
      const isOwnOrigin = globalThis.location?.origin === origin;
      const isRefused = (isConfidential && !isOwnOrigin) || request.method !== 'GET';
      if (isRefused || redirects === MAX_REDIRECTS) throw refuse('to a target that the browser hides');
      init = { redirect: 'follow', mode: isOwnOrigin ? 'same-origin' : 'cors' };
      continue;
    }
    if (!isRedirect(response.status)) return response;
    url = targetOf(response, url, origin, refuse);
    if (request.method !== 'GET' && !KEEPS_METHOD.includes(response.status)) {
      throw refuse(`with a ${response.status}, which would repeat it as a GET, to ${bareUrl(url)}`);
    }
    if (redirects === MAX_REDIRECTS)
      throw refuse(`more than ${MAX_REDIRECTS} times, last to ${bareUrl(url)}`);
    discard(response);
  }
}

function targetOf(response: Response, url: string, origin: string, refuse: (why: string) => Error): string {
  const location = headersOf(response).get('location');
  const target = location === null ? null : parseUrl(location, url);
  if (target === null) throw refuse('without a Location header');
  if (target.origin !== origin) throw refuse(`to another origin, ${bareUrl(target)}`);
  // No fetch takes a URL with a user in it.
  if (target.username || target.password)
    throw refuse(`to a URL with a user name or password in it, ${bareUrl(target)}`);
  return target.href;
}
