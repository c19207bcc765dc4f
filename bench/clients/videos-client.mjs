import { VideosClient } from 'videos-client';

// For measurements with a custom fetch.
export { VideosClient };

export function make(baseUrl, { interval, maxConcurrency }) {
  const client = new VideosClient({
    apiKey: 'bench-key',
    baseUrl,
    maxConcurrency,
    polling: { minInterval: interval, maxInterval: interval },
  });
  return {
    get: (id) => client.getResult(id),
    wait: (id) => client.waitForCompletion(id),
    waitForAll: (ids) => client.waitForAll(ids),
  };
}
