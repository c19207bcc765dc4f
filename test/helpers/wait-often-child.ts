// Waits 10,000 times, one after the other, with one signal, and prints what that leaves behind.
import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { VideosClient } from 'videos-client';
import { completed, processing } from './task.ts';

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

let polls = 0;
// Every tenth wait pauses.
const fetch = async () => Response.json(++polls % 11 === 10 ? processing : completed);
const client = new VideosClient({ apiKey: 'key', fetch, polling: { minInterval: 0, maxInterval: 0 } });
const { signal } = new AbortController();
const warnings: string[] = [];
process.on('warning', ({ name }) => warnings.push(name));

async function heapAfter(waits: number): Promise<number> {
  for (let wait = 0; wait < waits; wait++) await client.waitForCompletion('video_1', { signal });
  // Finalized objects are collected in the round after.
  for (let round = 0; round < 4; round++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return process.memoryUsage().heapUsed;
}

const before = await heapAfter(1_000);
const grownBytes = (await heapAfter(10_000)) - before;
const listeners = getEventListeners(signal, 'abort').length;
console.log(
  JSON.stringify({ polls, listeners, grownBytes, warnings, resources: process.getActiveResourcesInfo() }),
);
