// The options of a proxy, and its type.

import type { ApiKeyProvider, Fetch } from '../options/client-options.ts';

/** Options of {@link createVideosProxy}. */
export interface VideosProxyOptions<Context = unknown> {
  /**
   * The API key; or a function that returns one, or a promise of one, called for every request. Without the option,
   * `VIDEOS_API_KEY` is read at every request, so that an application can be built without a key. A request
   * without a key gets 500.
   *
   * @default the environment variable `VIDEOS_API_KEY`
   */
  apiKey?: string | ApiKeyProvider | undefined;
  /**
   * Decides who may see which task: `true` allows the request, `false` responds with 403, a `Response` is sent as it
   * is (a 401, for example). When it throws, the response is 500. Required: there is no open default.
   *
   * `context` is what the proxy was called with in addition to the request: `{ req, res }` with `toNodeHandler`, Next.js's
   * `{ params }`, a Worker's `env`.
   */
  authorize: (
    request: Request,
    id: string,
    context: Context,
  ) => boolean | Response | Promise<boolean | Response>;
  /**
   * Where the service is: http or https, with or without a trailing slash or a final `/v1`.
   *
   * @default the environment variable `VIDEOS_BASE_URL`, else the documented base
   */
  baseUrl?: string | undefined;
  /**
   * Any WHATWG fetch. It must support `redirect: 'manual'`: the key must not follow a redirect to another host.
   *
   * @default globalThis.fetch, looked up at each request
   */
  fetch?: Fetch | undefined;
  /**
   * Other origins whose pages may use the proxy, each such as `https://app.example.com`; their cookies are allowed.
   *
   * @default [] (only pages of the proxy's own origin)
   */
  origins?: readonly string[] | undefined;
  /** How long the service may take, reading its response included, in milliseconds. @default 30_000 */
  timeout?: number | undefined;
  /**
   * Called when the response is 500 or above. An error of the proxy itself has the message that the browser gets, and
   * as its `cause` what the browser must not see; the API key is removed from what the service and `fetch` report. It is
   * not awaited. What it throws never changes the response, and is written to the console.
   */
  onError?: ((error: Error) => void) | undefined;
}

/**
 * Responds to one request of a page; never rejects. A second argument becomes the third of
 * {@link VideosProxyOptions.authorize}, and is required if `authorize` declares one.
 */
export type VideosProxy<Context = unknown> = (
  request: Request,
  ...context: unknown extends Context ? [context?: Context] : [context: Context]
) => Promise<Response>;
