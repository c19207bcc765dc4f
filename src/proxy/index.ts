/**
 * The proxy between pages and the service, so that a browser never holds the key.
 *
 * @module videos-client/proxy
 */

export { createVideosProxy, type VideosProxy, type VideosProxyOptions } from './create-videos-proxy.ts';
