// Requests a task thirty times, and prints the names of the errors and how much memory that took at its peak.
import { VideosClient } from 'videos-client';
import { failureOf } from './failure-of.ts';

const client = new VideosClient({ apiKey: 'key', baseUrl: process.argv[2], maxRetries: 0 });
await failureOf(client.getResult('warm-up'));
const before = process.resourceUsage().maxRSS;
const names = new Set<unknown>();
for (let request = 0; request < 30; request++) {
  const error = await failureOf(client.getResult('video_1'));
  names.add((error as Error).name);
}
const grownMiB = (process.resourceUsage().maxRSS - before) / 1024;
console.log(JSON.stringify({ names: [...names], grownMiB }));
process.exit();
