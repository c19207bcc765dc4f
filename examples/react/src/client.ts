// One client for the whole application, without a key: the proxy of the page's server adds it.
import { VideosClient } from 'videos-client';

export const client = new VideosClient({
  apiKey: null,
  baseUrl: '/api/videos',
  // The defaults are right for the real service; the emulator's tasks take seconds.
  polling: { minInterval: 500, maxInterval: 1_000 },
});
