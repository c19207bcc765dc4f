/**
 * The proxy between pages and the service, so that a browser never holds the API key.
 *
 * @module videos-client/proxy
 */

export { createVideosProxy } from './create-videos-proxy.ts';
export type { VideosProxy, VideosProxyOptions } from './proxy-options.ts';
