// The functions of the AI SDK with the provider, against an emulator on the loopback interface.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { afterEach, beforeEach, it } from 'node:test';
import { promisify } from 'node:util';
import {
  APICallError,
  experimental_generateVideo as generateVideo,
  experimental_getVideoStatus as getVideoStatus,
  experimental_startVideo as startVideo,
} from 'ai';
import { createVideosEmulator, sampleVideo } from 'videos-client/testing';
import { videosAt } from './provider.js';

const prompt = 'A cat on a skateboard';
const poll = { intervalMs: 10 };

/** The AI SDK's own download refuses private hosts, and the emulator is on one. */
async function download({ url, abortSignal }) {
  const response = await fetch(url, { signal: abortSignal });
  const mediaType = response.headers.get('content-type') ?? undefined;
  return { data: new Uint8Array(await response.arrayBuffer()), mediaType };
}

let emulator;
let server;
let model;

beforeEach(async () => {
  globalThis.AI_SDK_LOG_WARNINGS = false;
  emulator = createVideosEmulator();
  server = await emulator.listen();
  model = videosAt(server.baseUrl).video('videos');
});

afterEach(() => server.close());

/** The creates and the polls that have reached the service. */
function reached() {
  const api = emulator.requests.filter(({ on }) => on === 'api');
  const creates = api.filter(({ method }) => method === 'POST');
  return { creates: creates.length, polls: api.length - creates.length };
}

const failureOf = (promise) =>
  promise.then(
    () => assert.fail('it succeeded'),
    (error) => error,
  );

it('generateVideo waits and downloads by itself', async () => {
  const { video, providerMetadata, warnings } = await generateVideo({
    model,
    prompt,
    aspectRatio: '16:9',
    resolution: '1280x720',
    duration: 8,
    seed: 1,
  });

  assert.deepEqual(Buffer.from(video.uint8Array), Buffer.from(sampleVideo()));
  assert.equal(video.mediaType, 'video/mp4');
  assert.equal(providerMetadata.videos.actualDuration, 8);
  assert.deepEqual(
    warnings.map(({ feature }) => feature),
    ['seed'],
  );
  assert.deepEqual(reached(), { creates: 1, polls: 3 });
  assert.deepEqual(emulator.requests[0].body, {
    model: 'videos',
    prompt,
    duration: 8,
    ratio: '16:9',
    resolution: '720p',
  });
});

it('generateVideo with poll asks every 10 ms, and the service is polled every 50 ms at most', async () => {
  const { video, providerMetadata } = await generateVideo({ model, prompt, poll, download });

  assert.deepEqual(Buffer.from(video.uint8Array), Buffer.from(sampleVideo()));
  assert.match(providerMetadata.videos.taskId, /^video_/);
  assert.deepEqual(reached(), { creates: 1, polls: 3 });
  const times = emulator.requests.filter(({ on }) => on === 'api').map(({ time }) => time);
  const pauses = times.slice(1).map((time, i) => time - times[i]);
  // The clocks of the two sides round differently.
  assert.ok(Math.min(...pauses) >= 48, `${pauses}`);
});

it('generateVideo with poll tolerates failed polls', async () => {
  emulator.fail({ on: 'result', with: { status: 503 } });
  emulator.fail({ on: 'result', with: 'reset' });
  const { videos } = await generateVideo({ model, prompt, poll, download });

  assert.equal(videos.length, 1);
  assert.deepEqual(reached(), { creates: 1, polls: 5 });
});

it('a first and a last frame arrive, and an image alone is not billed', async () => {
  const [first_image, last_image] = ['https://example.com/a.png', 'https://example.com/b.png'];
  const frameImages = [
    { image: first_image, frameType: 'first_frame' },
    { image: last_image, frameType: 'last_frame' },
  ];
  await startVideo({ model, prompt, frameImages });
  assert.deepEqual(emulator.requests[0].body, {
    model: 'videos',
    prompt,
    duration: 5,
    first_image,
    last_image,
  });

  for (const image of [first_image, new Uint8Array(4)]) {
    const error = await failureOf(startVideo({ model, prompt: { image, text: prompt } }));
    assert.ok(APICallError.isInstance(error));
    assert.equal(error.cause.name, 'TypeError');
  }
  assert.deepEqual(reached(), { creates: 1, polls: 0 });
});

const CALLS = {
  generateVideo: () => generateVideo({ model, prompt }),
  'generateVideo with poll': () => generateVideo({ model, prompt, poll, download }),
  startVideo: () => startVideo({ model, prompt }),
};

for (const [title, call] of Object.entries(CALLS)) {
  for (const fault of [{ status: 500 }, { status: 503, retryAfter: 1 }, 'reset', 'truncated']) {
    it(`a create of ${title} that meets ${JSON.stringify(fault)} is sent once`, async () => {
      emulator.fail({ on: 'create', with: fault, times: 9 });
      const error = await failureOf(call());

      assert.ok(APICallError.isInstance(error), `${error}`);
      assert.equal(error.isRetryable, false);
      assert.equal(error.cause.name, 'OutcomeUnknownError');
      assert.deepEqual(reached(), { creates: 1, polls: 0 });
    });
  }
}

for (const title of ['generateVideo', 'generateVideo with poll']) {
  it(`a task of ${title} that fails is not created again`, async () => {
    emulator.onCreate(() => ({ outcome: 'failed', error: 'No cats.', after: { polls: 1 } }));
    const error = await failureOf(CALLS[title]());

    assert.match(error.message, /No cats\./);
    assert.deepEqual(reached(), { creates: 1, polls: 1 });
  });
}

it('a download that fails does not create another task', async () => {
  emulator.fail({ on: 'video', with: { status: 404 }, times: 9 });
  const error = await failureOf(generateVideo({ model, prompt }));

  assert.ok(APICallError.isInstance(error));
  assert.equal(error.cause.name, 'DownloadError');
  assert.equal(reached().creates, 1);
});

it('an abort rejects with its own reason', async () => {
  emulator.onCreate(() => ({ after: { polls: 999 } }));
  const controller = new AbortController();
  const reason = new Error('enough');
  const error = failureOf(generateVideo({ model, prompt, abortSignal: controller.signal }));
  while (reached().polls === 0) await new Promise(setImmediate);
  controller.abort(reason);

  assert.equal(await error, reason);
  assert.equal(reached().creates, 1);
});

it('an operation is started in one process, and its status is asked for in another', async () => {
  const run = async (...args) => (await promisify(execFile)(process.execPath, args)).stdout;
  const operation = JSON.parse(await run('start.js', server.baseUrl));
  assert.deepEqual(reached(), { creates: 1, polls: 0 });
  const result = JSON.parse(await run('status.js', server.baseUrl, JSON.stringify(operation)));

  assert.equal(result.status, 'completed');
  const { data } = await download({ url: result.videos[0].url });
  assert.deepEqual(Buffer.from(data), Buffer.from(sampleVideo()));
  assert.deepEqual(reached(), { creates: 1, polls: 3 });
});

it('the status of an operation that does not exist is one request, and an error', async () => {
  const error = await failureOf(getVideoStatus(model, { operation: 'video_0' }));

  assert.ok(APICallError.isInstance(error));
  assert.deepEqual([error.statusCode, error.cause.name], [404, 'NotFoundError']);
  assert.deepEqual(reached(), { creates: 0, polls: 1 });
});

it('the provider is there for CommonJS, too', async () => {
  const { createVideosProvider } = createRequire(import.meta.url)('videos-client/ai-sdk');
  const videos = createVideosProvider({ apiKey: 'test-key', baseUrl: server.baseUrl });
  const { operation } = await startVideo({ model: videos.video('videos'), prompt });

  assert.match(operation, /^video_/);
});
