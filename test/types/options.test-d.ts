import {
  pollIntervals,
  VideosClient,
  type VideosClientOptions,
  type WaitOptions,
  type WaitProgress,
  waitForCompletion,
} from 'videos-client';
import { expectTypeOf, it } from 'vitest';

const client = new VideosClient();

it('the key may be that of the environment, which may be undefined', () => {
  new VideosClient({ apiKey: process.env.VIDEOS_API_KEY });
  new VideosClient({ apiKey: null });
  new VideosClient({ apiKey: () => 'key' });
  new VideosClient({ apiKey: async () => 'key' });
  new VideosClient({ apiKey: () => process.env.VIDEOS_API_KEY });
  expectTypeOf<string | undefined>().toExtend<VideosClientOptions['apiKey']>();
});

it('every option may be undefined, also under exactOptionalPropertyTypes', () => {
  expectTypeOf<{ [K in keyof Required<VideosClientOptions>]: undefined }>().toExtend<VideosClientOptions>();
  expectTypeOf<{ [K in keyof Required<WaitOptions>]: undefined }>().toExtend<WaitOptions>();
});

it('a wrong option of a client does not compile', () => {
  // @ts-expect-error: a number of milliseconds.
  new VideosClient({ timeout: '30s' });
  // @ts-expect-error: the function returns a string, or undefined.
  new VideosClient({ apiKey: () => 42 });
  // @ts-expect-error: milliseconds, not a name for them.
  new VideosClient({ polling: { minInterval: 'fast' } });
  // @ts-expect-error: no such option.
  new VideosClient({ api_key: 'key' });
  // @ts-expect-error: a typing error.
  new VideosClient({ maxRetry: 3 });
  // @ts-expect-error: a typing error.
  new VideosClient({ polling: { maxwait: 3 } });
  // @ts-expect-error: an option of a wait, so of polling.
  new VideosClient({ maxWait: 1_000 });
  // @ts-expect-error: an option of pollIntervals, not of a client.
  new VideosClient({ polling: { random: Math.random } });
  // @ts-expect-error: the options are an object.
  new VideosClient('key');
});

it('a wrong option of a call does not compile', () => {
  // @ts-expect-error: an id is a string.
  client.getResult(42);
  // @ts-expect-error: without an id there is nothing to wait for.
  client.waitForCompletion();
  // @ts-expect-error: the signal, not its controller.
  client.getResult('t', { signal: new AbortController() });
  // @ts-expect-error: a single request has no pauses.
  client.getResult('t', { minInterval: 1_000 });
  // @ts-expect-error: the client's option.
  client.waitForCompletion('t', { timeout: 1_000 });
  // @ts-expect-error: no such option.
  client.getResult('t', { retries: 3 });
  // @ts-expect-error: no such option.
  client.waitForCompletion('t', { onUpdated() {} });
  // @ts-expect-error: no such option.
  client.waitForAll(['t'], { concurrency: 4 });
  // @ts-expect-error: no such option.
  client.download('t', { progress() {} });
  // @ts-expect-error: no such option.
  client.download('t', { resumeFrom: { offset: 0, etag: '"v1"' } });
  // @ts-expect-error: no such option.
  pollIntervals({ rand: Math.random });
  // @ts-expect-error: true or false.
  pollIntervals({ jitter: 0.2 });
  // @ts-expect-error: it has no getResult.
  waitForCompletion({}, 't');
});

it('watch has the options of waitForCompletion', () => {
  expectTypeOf(client.watch).parameter(1).toEqualTypeOf<WaitOptions | undefined>();
  expectTypeOf(client.waitForCompletion).parameter(1).toEqualTypeOf<WaitOptions | undefined>();
});

it('callbacks have the types of their arguments', () => {
  client.waitForCompletion('t', {
    onUpdate: (video, progress) => {
      expectTypeOf(video.status).toEqualTypeOf<'queued' | 'processing' | 'completed' | 'failed'>();
      expectTypeOf(progress).toEqualTypeOf<WaitProgress>();
    },
    onPollError: ({ error, failures, nextPollIn }) => {
      expectTypeOf(nextPollIn).toEqualTypeOf<number | null>();
      expectTypeOf(failures).toBeNumber();
      expectTypeOf(error.message).toBeString();
    },
  });
});

it('pollIntervals yields numbers without an end', () => {
  expectTypeOf(pollIntervals().next().value).toEqualTypeOf<number>();
});
