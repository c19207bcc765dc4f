// A video through the AI SDK: without VIDEOS_API_KEY from a local emulator; with it, the service bills the video.
//   npm install ai @ai-sdk/provider videos-client                   (ai 7 needs Node 22)
//   npx tsx examples/ai-sdk.ts "A cat on a skateboard"
import { writeFile } from 'node:fs/promises';
import { APICallError, experimental_generateVideo as generateVideo } from 'ai';
import { isVideosError } from 'videos-client';
import { createVideosProvider } from 'videos-client/ai-sdk';
import { createVideosEmulator } from 'videos-client/testing';

const isReal = Boolean(process.env.VIDEOS_API_KEY);
const [prompt = isReal ? undefined : 'A cat on a skateboard'] = process.argv.slice(2);
if (prompt === undefined) {
  console.error('The service bills each video. Pass a prompt, such as "A cat on a skateboard".');
  process.exit(2);
}

const server = isReal ? null : await createVideosEmulator().listen();
if (server) console.log(`No VIDEOS_API_KEY: using a local emulator at ${server.baseUrl}`);
// The defaults are right for the real service; the emulator is faster.
const fast = { minInterval: 500, maxInterval: 1_000 };
const videos = createVideosProvider(
  server ? { apiKey: 'test-key', baseUrl: server.baseUrl, polling: fast } : {},
);

try {
  const { video, providerMetadata } = await generateVideo({
    model: videos.video('videos'),
    prompt,
    aspectRatio: '16:9',
    duration: 5,
  });
  await writeFile('video.mp4', video.uint8Array);
  console.log(`Saved video.mp4 of ${providerMetadata.videos?.taskId}, ${video.uint8Array.length} bytes`);
} catch (error) {
  // The error is the AI SDK's; its cause says more, such as the task that a later wait can resume.
  const cause = APICallError.isInstance(error) ? error.cause : null;
  const task = isVideosError(cause) && cause.taskId !== null ? ` (task ${cause.taskId})` : '';
  console.error(`${error instanceof Error ? error.message : error}${task}`);
  process.exitCode = 1;
} finally {
  await server?.close();
}
