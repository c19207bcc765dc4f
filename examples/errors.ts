// What can go wrong, and what to do about each:
//   npx tsx examples/errors.ts             npx tsx examples/errors.ts video_123   (with VIDEOS_API_KEY set)
import { isVideosError, VideosClient } from 'videos-client';
import { createVideosEmulator } from 'videos-client/testing';

/** One complete catch: every error that a wait can end with. */
async function wait(client: VideosClient, id: string, maxWait?: number): Promise<string> {
  try {
    const video = await client.waitForCompletion(id, { maxWait });
    return `ready at ${video.video_url}`;
  } catch (error) {
    if (!isVideosError(error)) throw error; // A wrong argument, or our own abort.
    switch (error.name) {
      case 'VideoFailedError':
        return `no video, and none will come: ${error.video.error}`;
      case 'WaitTimeoutError':
      case 'PollingFailedError':
        return `not ready after ${error.elapsed} ms: keep the id and wait again, never submit it again`;
      case 'AuthenticationError':
        return `the key is wrong: fix it, then wait again`;
      case 'NotFoundError':
        return `no such task (HTTP ${error.status}): check the id`;
      case 'RateLimitError':
        return `polled too often: wait ${error.retryAfter} ms`;
      default:
        return `${error.isTransient ? 'try again later' : 'give up'}: ${error.message}`;
    }
  }
}

if (process.env.VIDEOS_API_KEY) {
  const id = process.argv[2];
  if (id === undefined) {
    console.error('Which task? Pass its id as the argument.');
    process.exit(2);
  }
  console.log(`${id}: ${await wait(new VideosClient(), id)}`);
} else {
  const emulator = createVideosEmulator();
  await using server = await emulator.listen();
  console.log(`No VIDEOS_API_KEY: using a local emulator at ${server.baseUrl}`);

  const options = { baseUrl: server.baseUrl, maxRetries: 0, polling: { minInterval: 50, maxFailures: 3 } };
  const client = new VideosClient({ ...options, apiKey: 'test-key' });
  const stranger = new VideosClient({ ...options, apiKey: 'wrong-key' });

  emulator.addTask({ id: 'video_refused', outcome: 'failed', error: 'It breaks the content policy.' });
  emulator.addTask({ id: 'video_slow', after: { ms: 60_000 } });
  emulator.addTask({ id: 'video_shaky' });
  emulator.fail({ id: 'video_shaky', times: 2, with: 'reset' });
  emulator.addTask({ id: 'video_lost' });
  emulator.fail({ id: 'video_lost', times: 3, with: { status: 503 } });

  console.log('video_refused:', await wait(client, 'video_refused'));
  console.log('video_slow:', await wait(client, 'video_slow', 300));
  console.log('video_shaky:', await wait(client, 'video_shaky'));
  console.log('video_lost:', await wait(client, 'video_lost'));
  console.log('video_unknown:', await wait(client, 'video_unknown'));
  console.log('video_slow, with the wrong key:', await wait(stranger, 'video_slow'));
}
