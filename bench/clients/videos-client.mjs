import { VideosClient } from 'videos-client';

// For those that bring a fetch of their own.
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
