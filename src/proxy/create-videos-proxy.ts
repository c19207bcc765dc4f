// The proxy that adds the key for pages.

import { discard, MAX_REPLY_BYTES, parseJson, readReply } from '../internal/body.ts';
import { redact, redactData, showsWhole } from '../internal/redact.ts';
import { uncached } from '../internal/runtime.ts';
import { duration } from '../internal/text.ts';
import { type TimeLimit, withTimeLimit } from '../internal/time-limit.ts';
import { checkApiKey, resolveApiKey } from '../options/api-key.ts';
import { resolveBaseUrl } from '../options/base-url.ts';
import type { ApiKeyProvider, Fetch } from '../options/client-options.ts';
import { CLIENT_DEFAULTS } from '../options/defaults.ts';
import { resolveFetch } from '../options/fetch-and-headers.ts';
import { checkId } from '../options/task-id.ts';
import { checkKeyOptions, invalid } from '../options/validate.ts';
import { preflight, resolveOrigins, shareWith } from './cors.ts';

/** Options of {@link createVideosProxy}. */
export interface VideosProxyOptions {
  /**
   * The API key; or a function that returns one or a promise of one, called for every request.
   *
   * @default the environment variable `VIDEOS_API_KEY`, where there is an environment
   */
  apiKey?: string | ApiKeyProvider | undefined;
  /**
   * Decides who may see which task: `true` lets the request through, `false` answers 403, a `Response` is the answer
   * itself (a 401, say). When it throws, the answer is 500. Required: there is no open default.
   */
  authorize: (request: Request, id: string) => boolean | Response | Promise<boolean | Response>;
  /**
   * Where the service is: http or https, with or without a trailing slash or a final `/v1`.
   *
   * @default the environment variable `VIDEOS_BASE_URL`, else the documented base
   */
  baseUrl?: string | undefined;
  /**
   * Any WHATWG fetch. It must heed `redirect: 'manual'`: where the key goes is decided here.
   *
   * @default globalThis.fetch, looked up at each request
   */
  fetch?: Fetch | undefined;
  /**
   * Other origins whose pages may ask, each such as `https://app.example.com`; their cookies may come along.
   *
   * @default none: pages of the proxy's own origin only
   */
  origins?: readonly string[] | undefined;
  /** Milliseconds that the service may take, the reading of its answer included. @default 30_000 */
  timeout?: number | undefined;
  /**
   * Called when the answer is 500 or above. Where the proxy itself gives it, the error has the message that the browser
   * gets, and as its `cause` what the browser is not told; the API key is cut out of what the service and `fetch` say.
   * It must not throw.
   */
  onError?: ((error: Error) => void) | undefined;
}

/** Answers one request of a page. Does not reject. */
export type VideosProxy = (request: Request) => Promise<Response>;

/** The options, checked and complete. */
interface Settings extends Pick<VideosProxyOptions, 'authorize' | 'onError'> {
  apiKey: string | ApiKeyProvider;
  baseUrl: string;
  fetch: Fetch;
  origins: ReadonlySet<string>;
  timeout: number;
}

/** The one route, wherever the application has mounted it. */
const ROUTE = /\/v1\/result\/([^/]+)$/;

/** No id has these; to a server behind the service's gateway that decodes once more, they would be a path. */
const PATH_TRICKS = /[/\\%;?#\p{Cc}]/u;

/** What of the service's headers goes to the browser; any other may be a secret, or a cookie for the wrong origin. */
const PASSED_HEADERS = ['retry-after', 'x-request-id'];

/** An answer that the proxy gives in place of the service. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** @throws {TypeError} @throws {RangeError} */
function resolveProxy(options: VideosProxyOptions): Settings {
  const { authorize, baseUrl, fetch, onError, origins, timeout } = checkKeyOptions(options);
  if (typeof authorize !== 'function') {
    throw invalid('wrong kind', 'authorize', authorize, 'a function that says who may see which task');
  }
  const apiKey = resolveApiKey(options.apiKey, false, 'pass a function where the key is not there yet');
  if (apiKey === null) throw invalid('wrong kind', 'apiKey', null, 'a key, or a function that returns one');
  return {
    authorize,
    apiKey,
    onError,
    baseUrl: resolveBaseUrl(baseUrl),
    fetch: resolveFetch(fetch),
    origins: resolveOrigins(origins ?? []),
    timeout: timeout ?? CLIENT_DEFAULTS.timeout,
  };
}

/** The task that a URL asks for. @throws {Refusal} */
function readId(url: string): string {
  try {
    const id = decodeURIComponent(ROUTE.exec(new URL(url).pathname)?.[1] ?? '');
    checkId(id);
    if (!PATH_TRICKS.test(id)) return id;
  } catch {
    // No route, no well-formed text, or no id: the same to whoever asks.
  }
  throw new Refusal(404, 'Not found: the only route is GET …/v1/result/{id}.');
}

function jsonResponse(status: number, body: unknown, headers?: Headers): Response {
  const response = new Response(JSON.stringify(body), headers ? { status, headers } : { status });
  response.headers.set('content-type', 'application/json');
  return response;
}

/** Lets through, or gives the answer that the application wishes. @throws {Refusal} */
async function authorize(request: Request, id: string, settings: Settings): Promise<Response | undefined> {
  let verdict: unknown;
  try {
    verdict = await settings.authorize(request, id);
  } catch (cause) {
    throw new Refusal(500, 'The proxy could not decide whether you may see this task.', cause);
  }
  if (verdict === true) return undefined;
  // Some responses have headers that cannot be changed.
  if (verdict instanceof Response) return new Response(verdict.body, verdict);
  throw new Refusal(403, 'You may not see this task.');
}

/** Asks the service. @throws {Refusal} @throws what `fetch` throws. */
async function send(id: string, key: string, settings: Settings, signal: AbortSignal): Promise<Response> {
  const init = uncached({
    headers: { accept: 'application/json', authorization: `Bearer ${key}` },
    redirect: 'manual',
    signal,
  });
  const response = await settings.fetch(`${settings.baseUrl}/v1/result/${encodeURIComponent(id)}`, init);
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    discard(response);
    throw new Refusal(502, 'The service redirected the request, which the proxy does not follow.');
  }
  return response;
}

/** The service's answer, cut down to what a browser may see. @throws {Refusal} @throws what the body's stream throws. */
async function cutDown(response: Response, key: string, limit: TimeLimit): Promise<Response> {
  const reply = { text: '', isTooLong: false };
  await readReply(response, reply, limit).catch((error: unknown) => {
    // An answer with an error status is that error, whatever becomes of its body.
    if (response.ok) throw error;
  });
  const body = reply.isTooLong ? undefined : parseJson(reply.text);
  if (isKeyRefused(response.status, body)) {
    // Passed on, it would tell the page that its own user is not logged in.
    throw new Refusal(502, "The service does not accept the proxy's API key.");
  }
  if (response.ok && body === undefined) {
    throw new Refusal(502, `The service's answer is not JSON, or over ${MAX_REPLY_BYTES / 2 ** 20} MiB.`);
  }
  const headers = new Headers();
  for (const name of PASSED_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, redactData(value, key));
  }
  // A gateway's page must not become a page of the application's origin.
  const message = 'The service answered with an error that is not JSON.';
  return jsonResponse(response.status, body === undefined ? { message } : withoutKey(body, key), headers);
}

/** A task, or the envelope of one, as far as the proxy reads them. */
type Body = Partial<Record<'status' | 'code' | 'data', unknown>>;

/** An envelope has no status of its own. */
const isEnvelope = ({ status }: Body) => (status ?? '') === '';

/** 401 or 403, as the HTTP status or as the code of an envelope. */
function isKeyRefused(httpStatus: number, body: unknown): boolean {
  const said: Body = Object(body);
  const code = isEnvelope(said) ? Number(said.code) : 0;
  return [httpStatus, code].some((status) => status === 401 || status === 403);
}

/** Without the key; but a video that is done stays whole where its URL only has a word in common with the key. */
function withoutKey(body: unknown, key: string): unknown {
  const said: Body = Object(body);
  const { status }: Body = isEnvelope(said) ? Object(said.data) : said;
  const isDone = String(status).toLowerCase() === 'completed';
  return isDone && !showsWhole(body, key) ? body : redactData(body, key);
}

/** One look at the task for the page. @throws {Refusal} */
async function look(id: string, request: Request, settings: Settings): Promise<Response> {
  const { apiKey, timeout } = settings;
  const timeoutError = () => new Refusal(504, `The service gave no complete answer in ${duration(timeout)}.`);
  return withTimeLimit(timeout, request.signal ?? undefined, timeoutError, async (limit) => {
    let key: string;
    try {
      key =
        typeof apiKey === 'string' ? apiKey : checkApiKey(await apiKey(), 'result of the apiKey function');
    } catch (cause) {
      throw new Refusal(500, 'The proxy has no API key.', cause);
    }
    try {
      return await cutDown(await send(id, key, settings, limit.signal), key, limit);
    } catch (error) {
      const noAnswer = 'The service gave no complete answer.';
      throw redact(error instanceof Refusal ? error : new Refusal(502, noAnswer, error), key);
    }
  });
}

async function answer(request: Request, settings: Settings): Promise<Response> {
  const id = readId(request.url);
  if (request.method === 'OPTIONS') return preflight(request);
  if (request.method !== 'GET') {
    const allow = new Headers({ allow: 'GET, OPTIONS' });
    return jsonResponse(405, { message: `Method not allowed: ${request.method}.` }, allow);
  }
  return (await authorize(request, id, settings)) ?? look(id, request, settings);
}

/**
 * A proxy that keeps the API key out of the browser: it forwards `GET …/v1/result/{id}` to the service with the key
 * added, once `authorize` agrees, and nothing else. Mount it anywhere in a server that speaks `Request` and
 * `Response`, and give the page's client `apiKey: null` and the mount as `baseUrl`.
 *
 * Of the request, only the id goes on; of the answer, only the status, the JSON, `Retry-After` and `X-Request-Id`
 * come back. Where the service refuses the proxy's key (401, 403), the page sees 502; so it does when the service
 * redirects or cannot be reached, and 504 when it takes too long.
 *
 * @throws {TypeError} an option of the wrong kind, or no API key.
 * @throws {RangeError} an option out of range.
 *
 * @example
 * ```ts
 * const proxy = createVideosProxy({
 *   apiKey: process.env.VIDEOS_API_KEY,
 *   authorize: async (request, id) => (await userOf(request))?.owns(id) ?? false,
 * });
 * ```
 */
export function createVideosProxy(options: VideosProxyOptions): VideosProxy {
  const settings = resolveProxy(options);
  return async (request) => {
    let refusal: Refusal | undefined;
    const response = await answer(request, settings).catch((error: unknown) => {
      refusal = error instanceof Refusal ? error : new Refusal(500, 'The proxy failed.', error);
      return jsonResponse(refusal.status, { message: refusal.message });
    });
    // A caller who has gone is no error.
    if (response.status >= 500 && !request.signal?.aborted) {
      settings.onError?.(refusal ?? new Error(`The service, or authorize, answered ${response.status}.`));
    }
    response.headers.set('cache-control', 'no-store');
    shareWith(settings.origins, request, response);
    return response;
  };
}
