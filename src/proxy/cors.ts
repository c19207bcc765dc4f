// Which pages of other origins may read the proxy's responses (CORS).

import { parseUrl } from '../internal/url.ts';
import { wrongType } from '../options/validate.ts';

/** Scheme, host and port as a browser sends them; applications in a native shell have schemes of their own. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/\\?#@*]+$/;

/** An hour without another preflight: otherwise every poll of a page would be two requests. */
const PREFLIGHT_SECONDS = 3600;

/** What a page of another origin may read in addition to the body; the client reads both. */
const EXPOSED_HEADERS = 'retry-after, x-request-id';

/** @throws {@link TypeError} The option is not a list of origins as a browser sends them. */
export function resolveOrigins(option: unknown): ReadonlySet<string> {
  const allowed = 'a list of origins such as "https://app.example.com", each without a path; no "*"';
  const isOrigin = (value: unknown) =>
    typeof value === 'string' && ORIGIN.test(value) && (parseUrl(value)?.origin ?? value) === value;
  if (!Array.isArray(option) || !option.every(isOrigin)) {
    throw wrongType('origins', option, allowed);
  }
  return new Set(option);
}

/** The response to a preflight request; whether it allows anything is decided by the origin. */
export function preflightResponse(request: Request): Response {
  const headers = new Headers({
    allow: 'GET, OPTIONS',
    'access-control-allow-methods': 'GET',
    'access-control-max-age': String(PREFLIGHT_SECONDS),
  });
  const requested = request.headers.get('access-control-request-headers');
  if (requested !== null) headers.set('access-control-allow-headers', requested);
  return new Response(null, { status: 204, headers });
}

/** Allows the pages of the listed origins, and no others, to read the response. */
export function allowOrigins(origins: ReadonlySet<string>, request: Request, { headers }: Response): void {
  if (origins.size === 0) return;
  headers.append('vary', 'Origin');
  const origin = request.headers.get('origin');
  if (origin === null || !origins.has(origin)) return;
  headers.set('access-control-allow-origin', origin);
  headers.set('access-control-allow-credentials', 'true');
  headers.set('access-control-expose-headers', EXPOSED_HEADERS);
}
