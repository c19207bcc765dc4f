// A process that saves a batch of videos, until it is done or killed. Prints each id that has ended.
import { VideosClient } from 'videos-client';
import { saveAll } from 'videos-client/node';

const [, , baseUrl = '', folder = '', count = ''] = process.argv;
const ids = Array.from({ length: Number(count) }, (_, index) => `task_${index}`);
const client = new VideosClient({
  apiKey: null,
  baseUrl,
  maxRetries: 8,
  polling: { minInterval: 100, maxInterval: 200, maxFailures: 100 },
});
for await (const outcome of saveAll(client, ids, folder, { concurrency: 8 })) {
  if (outcome.status === 'rejected') console.error(outcome.id, outcome.reason);
}
