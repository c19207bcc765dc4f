// Creates the proxy: what is checked before a request reaches the service, in order.

import { notify } from '../internal/notify.ts';
import { authorize } from './authorize.ts';
import { allowOrigins, preflightResponse } from './cors.ts';
import { jsonResponse } from './json-response.ts';
import { ProxyError } from './proxy-error.ts';
import type { VideosProxy, VideosProxyOptions } from './proxy-options.ts';
import { type ProxySettings, resolveProxy } from './proxy-settings.ts';
import { readTaskId } from './read-task-id.ts';
import { requestResult } from './request-result.ts';

/** @throws {@link ProxyError} */
async function respond<Context>(
  request: Request,
  context: Context,
  settings: ProxySettings<Context>,
): Promise<Response> {
  const id = readTaskId(request.url);
  if (request.method === 'OPTIONS') return preflightResponse(request);
  if (request.method !== 'GET') {
    const headers = new Headers({ allow: 'GET, OPTIONS' });
    return jsonResponse(
      405,
      JSON.stringify({ message: `Method not allowed: ${request.method}. Use GET.` }),
      headers,
    );
  }
  return (await authorize(request, id, context, settings)) ?? requestResult(id, request, settings);
}

/** As TypeScript's `NoInfer`, which versions before 5.4 lack: a context comes from `authorize`, not from where the proxy is passed. */
type Declared<Context> = [Context][Context extends unknown ? 0 : never];

/**
 * Creates a proxy that keeps the API key out of the browser: it forwards `GET …/v1/result/{id}` to the service with
 * the key added, if `authorize` allows it, and nothing else. Mount it under any path of a server, and give the
 * page's client `apiKey: null` and that path as `baseUrl`. A server whose handlers take `(req, res)` mounts it with
 * `toNodeHandler` of `videos-client/node`.
 *
 * It does not create tasks: creating costs money, so it belongs on the server, behind the application's own checks.
 *
 * Of the request, only the id is forwarded; of the response, only the status, the JSON, `Retry-After` and
 * `X-Request-Id`. The browser gets 502 if the service refuses the proxy's key, redirects or cannot be reached, and
 * 504 if it takes too long.
 *
 * @throws {@link TypeError} An option is of the wrong type.
 * @throws {@link RangeError} An option is out of range.
 *
 * @example
 * ```ts
 * const proxy = createVideosProxy({
 *   authorize: async (request, id) => (await userOf(request))?.owns(id) ?? false,
 * });
 * ```
 */
export function createVideosProxy<Context = unknown>(
  options: VideosProxyOptions<Context>,
): VideosProxy<Declared<Context>> {
  const settings = resolveProxy(options);
  return async (request, ...[context]) => {
    let proxyError: ProxyError | undefined;
    // If `authorize` declares a context, the type of the proxy demands one.
    const response = await respond(request, context as Context, settings).catch((error: unknown) => {
      proxyError = error instanceof ProxyError ? error : new ProxyError(500, 'The proxy failed.', error);
      return jsonResponse(proxyError.status, JSON.stringify({ message: proxyError.message }));
    });
    // A closed page is not an error.
    if (response.status >= 500 && !request.signal?.aborted) {
      notify(
        settings.onError,
        proxyError ?? new Error(`The service, or authorize, responded with ${response.status}.`),
      );
    }
    response.headers.set('cache-control', 'no-store');
    allowOrigins(settings.origins, request, response);
    return response;
  };
}
