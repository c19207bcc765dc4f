// Starts a video, and ends: what it prints is the operation.
import { experimental_startVideo as startVideo } from 'ai';
import { videosAt } from './provider.js';

const [, , baseUrl] = process.argv;
const { operation } = await startVideo({
  model: videosAt(baseUrl).video('videos'),
  prompt: 'A cat on a skateboard',
});
console.log(JSON.stringify(operation));
