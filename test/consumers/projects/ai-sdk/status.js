// Asks for the status of an operation of another process until it has ended: what it prints is the result.
import { setTimeout as sleep } from 'node:timers/promises';
import { experimental_getVideoStatus as getVideoStatus } from 'ai';
import { videosAt } from './provider.js';

const [, , baseUrl, operation] = process.argv;
const model = videosAt(baseUrl).video('videos');
for (;;) {
  const result = await getVideoStatus(model, { operation: JSON.parse(operation) });
  if (result.status !== 'pending') {
    console.log(JSON.stringify(result));
    break;
  }
  await sleep(10);
}
