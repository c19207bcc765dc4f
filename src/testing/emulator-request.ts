// A request to the emulator, whichever transport it came by.

/** A request, before the emulator has read what it is for. */
export interface EmulatorRequest {
  /** Whether it went to the API or to the host of the files. */
  readonly on: 'api' | 'video';
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  /** The body's text; empty if there is none. */
  readonly body: string;
}

/** Where the emulator is reached from outside. */
export interface Addresses {
  /** The API's base, without a trailing slash. */
  readonly baseUrl: string;
  /** The origin of the files. */
  readonly filesUrl: string;
}

/** What a request is for. */
export type Route =
  | { readonly name: 'about' | 'create' | 'unknown'; readonly id: null }
  | { readonly name: 'result' | 'file'; readonly id: string };

/** The path of a base URL, without a trailing slash. */
export function pathOf(baseUrl: string): string {
  return new URL(baseUrl).pathname.replace(/\/$/, '');
}

/** Reads what a request is for. */
export function routeOf({ on, method, url }: EmulatorRequest, baseUrl: string): Route {
  const { pathname } = url;
  const base = pathOf(baseUrl);
  const isRead = method === 'GET' || (method === 'HEAD' && on === 'video');
  if (on === 'api' && isRead && pathname === '/') return { name: 'about', id: null };
  if (on === 'api' && method === 'POST' && pathname === `${base}/v1/videos/videos`) {
    return { name: 'create', id: null };
  }
  const id = on === 'video' ? idIn(pathname, '/', '.mp4') : idIn(pathname, `${base}/v1/result/`, '');
  if (!isRead || id === null) return { name: 'unknown', id: null };
  return { name: on === 'video' ? 'file' : 'result', id };
}

/** The task's id between the start and the end of a path. */
function idIn(pathname: string, start: string, end: string): string | null {
  const part = pathname.slice(start.length, pathname.length - end.length);
  if (!pathname.startsWith(start) || !pathname.endsWith(end) || part.includes('/')) return null;
  try {
    return decodeURIComponent(part) || null;
  } catch {
    return null;
  }
}
