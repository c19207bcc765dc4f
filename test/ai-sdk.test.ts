import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { APICallError } from '@ai-sdk/provider';
import { createVideosProvider } from 'videos-client/ai-sdk';
import { type EmulatedFault, sampleVideo } from 'videos-client/testing';
import { beforeEach, expect, it } from 'vitest';
import {
  callOptions,
  counts,
  emulator,
  model,
  prompt,
  rejectionOf,
  reset,
  settled,
} from './helpers/ai-sdk.ts';
import { bundle } from './helpers/bundle.ts';
import { ROOT } from './helpers/run.ts';

beforeEach(reset);

it('doGenerate creates one task, waits with the pauses of a wait, and returns the bytes of its video', async () => {
  const { videos, warnings, providerMetadata, response } = await settled(model().doGenerate(callOptions()));

  expect(counts()).toEqual({ create: 1, result: 3, video: 1 });
  expect(performance.now()).toBe(30_000 + 45_000 + 60_000);
  expect(videos).toEqual([{ type: 'binary', data: sampleVideo(), mediaType: 'video/mp4' }]);
  expect(warnings).toEqual([]);
  const taskId = 'video_1000000001';
  expect(providerMetadata).toEqual({
    videos: {
      taskId,
      status: 'completed',
      video_url: `${emulator.filesUrl}/${taskId}.mp4`,
      actualDuration: 5,
    },
  });
  expect(response).toEqual({ timestamp: new Date(), modelId: 'videos', headers: undefined });
});

it.each([
  ['video/webm; codecs=vp9', 'video/webm'],
  ['application/octet-stream', 'video/mp4'],
])('doGenerate returns a file that the server labels %s as %s', async (type, mediaType) => {
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await emulator.fetch(input as string, init);
    if (!String(input).startsWith(emulator.filesUrl)) return response;
    return new Response(response.body, { headers: { 'content-type': type } });
  };
  const { videos } = await settled(model({ fetch }).doGenerate(callOptions()));

  expect(videos).toMatchObject([{ type: 'binary', mediaType }]);
});

it('doStart creates one task, and its operation is the id', async () => {
  const { operation, warnings, providerMetadata } = await settled(model().doStart(callOptions()));

  expect(operation).toBe('video_1000000001');
  expect(warnings).toEqual([]);
  expect(providerMetadata).toMatchObject({
    videos: { taskId: operation, status: 'queued', video_url: null },
  });
  expect(counts()).toEqual({ create: 1 });
  expect(emulator.requests[0]?.body).toEqual({ model: 'videos', prompt, duration: 5 });
});

it.each<[EmulatedFault, string, number | undefined]>([
  ['reset', 'OutcomeUnknownError', undefined],
  ['timeout', 'OutcomeUnknownError', undefined],
  ['truncated', 'OutcomeUnknownError', undefined],
  [{ status: 500 }, 'OutcomeUnknownError', undefined],
  [{ status: 408 }, 'OutcomeUnknownError', undefined],
  [{ status: 400 }, 'ApiError', 400],
  [{ status: 429 }, 'RateLimitError', 429],
  ['unauthorized', 'AuthenticationError', 401],
  ['refused-key', 'AuthenticationError', 200],
])(
  'a start that meets %j is one request, and an error that the AI SDK does not retry',
  async (fault, name, statusCode) => {
    emulator.fail({ on: 'create', with: fault, times: 9 });
    for (const call of ['doStart', 'doGenerate'] as const) {
      const error = await rejectionOf(model()[call](callOptions()));

      expect(APICallError.isInstance(error)).toBe(true);
      expect(error).toMatchObject({
        isRetryable: false,
        statusCode,
        cause: { name, message: error.message },
      });
      expect(error.url).toBe(`${emulator.baseUrl}/v1/videos/videos`);
      expect(error.requestBodyValues).toMatchObject({ prompt });
      expect(emulator.requests).toHaveLength(1);
      expect(counts()).toEqual({ create: 1 });
      emulator.reset();
      emulator.fail({ on: 'create', with: fault, times: 9 });
    }
  },
);

it("an error has the service's words as its body, and neither the headers nor the signal of the call", async () => {
  emulator.fail({ on: 'create', with: { status: 400, body: { msg: 'No.' } } });
  const { signal } = new AbortController();
  const { responseBody, requestBodyValues } = await rejectionOf(
    model().doStart(callOptions({ headers: { authorization: 'secret' }, abortSignal: signal })),
  );

  expect(responseBody).toBe('{"msg":"No."}');
  expect(Object.keys(requestBodyValues as object)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/headers|abortSignal/)]),
  );
});

it.each(['doGenerate', 'doStart'] as const)(
  'an abort of %s rejects with the reason itself, even if that is a TypeError',
  async (call) => {
    emulator.fail({ on: 'create', with: 'timeout' });
    const controller = new AbortController();
    const reason = new TypeError('enough');
    setTimeout(() => controller.abort(reason), 10);
    const error = await rejectionOf(model()[call](callOptions({ abortSignal: controller.signal })));

    expect(error).toBe(reason);
    expect(counts()).toEqual({ create: 1 });
  },
);

it('an abort during the download rejects with the reason itself', async () => {
  emulator.fail({ on: 'video', with: 'timeout' });
  const controller = new AbortController();
  setTimeout(() => controller.abort('enough'), 135_010);
  expect(await rejectionOf(model().doGenerate(callOptions({ abortSignal: controller.signal })))).toBe(
    'enough',
  );
  expect(counts()).toEqual({ create: 1, result: 3, video: 1 });
});

it('a task that fails in doGenerate is an error at its own URL, with VideoFailedError as its cause', async () => {
  emulator.onCreate(() => ({ outcome: 'failed', error: 'No cats.', after: { polls: 1 } }));
  const error = await rejectionOf(model().doGenerate(callOptions()));

  expect(error).toMatchObject({
    isRetryable: false,
    url: `${emulator.baseUrl}/v1/result/video_1000000001`,
    cause: { name: 'VideoFailedError', taskId: 'video_1000000001' },
  });
  expect(error.message).toContain('No cats.');
});

it('a wait of doGenerate that times out says how to resume, and is not retried', async () => {
  emulator.onCreate(() => ({ after: { polls: 99 } }));
  const error = await rejectionOf(model({ polling: { maxWait: 60_000 } }).doGenerate(callOptions()));

  expect(error).toMatchObject({ isRetryable: false, cause: { name: 'WaitTimeoutError' } });
  expect(error.message).toContain('waitForCompletion("video_1000000001")');
  expect(counts().create).toBe(1);
});

it('a download of doGenerate that fails is an error at the URL of the file, and is not retried', async () => {
  emulator.fail({ on: 'video', with: { status: 503 }, times: 9 });
  const error = await rejectionOf(model().doGenerate(callOptions()));

  expect(error).toMatchObject({
    isRetryable: false,
    statusCode: 503,
    url: `${emulator.filesUrl}/video_1000000001.mp4`,
    cause: { name: 'DownloadError', taskId: 'video_1000000001' },
  });
  expect(counts()).toEqual({ create: 1, result: 3, video: 1 });
});

it('createVideosProvider checks its options as the client does', () => {
  expect(() => createVideosProvider({ apiKey: 'test-key', timeout: -1 })).toThrow(RangeError);
  expect(() => createVideosProvider({ apikey: 'test-key' } as object)).toThrow(/apiKey/);
});

it('the main entry contains nothing of the provider', async () => {
  const { metafile } = await bundle(`export * from 'videos-client';`);
  const inputs = Object.keys(metafile.inputs);

  expect(inputs.some((path) => path.endsWith('src/client.ts'))).toBe(true);
  expect(inputs.filter((path) => path.includes('ai-sdk'))).toEqual([]);
  expect(await readFile(join(ROOT, 'src/client.ts'), 'utf8')).not.toContain('ai-sdk');
});
