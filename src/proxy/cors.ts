import { parseUrl } from '../internal/url.ts';
import { invalid } from '../options/validate.ts';

/** Scheme, host and port as a browser writes them; applications in a shell have schemes of their own. */
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^\s/\\?#@*]+$/;

/** An hour without asking again: otherwise every poll of a page would be two requests. */
const PREFLIGHT_SECONDS = 3600;

/** What a page of another origin may read besides the body; the client reads both. */
const EXPOSED = 'retry-after, x-request-id';

/** @throws {TypeError} where it is not a list of origins, as a browser writes them. */
export function resolveOrigins(option: unknown): ReadonlySet<string> {
  const allowed = 'a list of origins such as "https://app.example.com", each without a path; no "*"';
  const isOrigin = (value: unknown) =>
    typeof value === 'string' && ORIGIN.test(value) && (parseUrl(value)?.origin ?? value) === value;
  if (!Array.isArray(option) || !option.every(isOrigin)) {
    throw invalid('wrong kind', 'origins', option, allowed);
  }
  return new Set(option);
}

/** The answer to a browser's question whether the request to come is allowed; the origin decides that. */
export function preflight(request: Request): Response {
  const headers = new Headers({
    allow: 'GET, OPTIONS',
    'access-control-allow-methods': 'GET',
    'access-control-max-age': String(PREFLIGHT_SECONDS),
  });
  const asked = request.headers.get('access-control-request-headers');
  if (asked !== null) headers.set('access-control-allow-headers', asked);
  return new Response(null, { status: 204, headers });
}

/** Lets the pages of the listed origins read the answer, and no others. */
export function shareWith(origins: ReadonlySet<string>, request: Request, { headers }: Response): void {
  if (origins.size === 0) return;
  headers.append('vary', 'Origin');
  const origin = request.headers.get('origin');
  if (origin === null || !origins.has(origin)) return;
  headers.set('access-control-allow-origin', origin);
  headers.set('access-control-allow-credentials', 'true');
  headers.set('access-control-expose-headers', EXPOSED);
}
