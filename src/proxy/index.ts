/**
 * The proxy between pages and the service, so that a browser never holds the API key.
 *
 * ```ts
 * import { createVideosProxy } from 'videos-client/proxy';
 *
 * export const GET = createVideosProxy({ authorize: (request, id) => isOwner(request, id) });
 * ```
 *
 * @module videos-client/proxy
 */

export { createVideosProxy } from './create-videos-proxy.ts';
export type { VideosProxy, VideosProxyOptions } from './proxy-options.ts';
