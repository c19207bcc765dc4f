// The one route of the proxy: reads the task's id from a URL.

import { checkId } from '../options/task-id.ts';
import { ProxyError } from './proxy-error.ts';

/** Wherever the application has mounted it; frameworks may redirect to a trailing slash. */
const ROUTE = /\/v1\/result\/([^/]+)\/?$/;

/** No id has these characters; a server that decodes the path a second time would read them as part of a path. */
const PATH_SYNTAX = /[/\\%;?#\p{Cc}]/u;

/** @throws {@link ProxyError} 404, if the URL is not the route of a task. */
export function readTaskId(url: string): string {
  try {
    const id = decodeURIComponent(ROUTE.exec(new URL(url).pathname)?.[1] ?? '');
    checkId(id);
    if (!PATH_SYNTAX.test(id)) return id;
  } catch {
    // Another path, a malformed encoding or an invalid id: the caller gets the same response for each.
  }
  throw new ProxyError(
    404,
    'Not found: the only route is GET …/v1/result/{id}. Tasks are created on the server, not through the proxy.',
  );
}
