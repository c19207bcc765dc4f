import { VideosClient } from 'videos-client';
import { failureOf } from './failure-of.ts';

// Looks at a task thirty times, and prints what came of it and the memory that it took at its peak.
const client = new VideosClient({ apiKey: 'key', baseUrl: process.argv[2], maxRetries: 0 });
await failureOf(client.getResult('warm-up'));
const before = process.resourceUsage().maxRSS;
const names = new Set<unknown>();
for (let look = 0; look < 30; look++) {
  const error = await failureOf(client.getResult('video_1'));
  names.add((error as Error).name);
}
const grownMiB = (process.resourceUsage().maxRSS - before) / 1024;
console.log(JSON.stringify({ names: [...names], grownMiB }));
process.exit();
