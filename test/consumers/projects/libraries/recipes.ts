// The documented recipe for a fetch of a library, and others that must type-check without a cast.
import nodeFetch from 'node-fetch';
import * as undici from 'undici';
import { type Fetch, VideosClient } from 'videos-client';

const dispatcher = new undici.EnvHttpProxyAgent();

new VideosClient({ fetch: (url, init) => undici.fetch(url, { ...init, dispatcher }) });
new VideosClient({ fetch: undici.fetch });
new VideosClient({ fetch: nodeFetch });
new VideosClient({ fetch: globalThis.fetch });
new VideosClient({ fetch: (url, init) => fetch(url, { ...init, keepalive: true }) });
new VideosClient({ fetch: (url, init) => fetch(new Request(url, init)) });
new VideosClient({ fetch: async () => Response.json({}) });

export const traced: Fetch = (url, init) =>
  fetch(url, { ...init, headers: { ...init.headers, traceparent: '00-0-0-00' } });

// @ts-expect-error A fetch returns a promise.
new VideosClient({ fetch: () => new Response() });
