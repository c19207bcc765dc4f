import type { Experimental_VideoModelV4 as VideoModelV4 } from '@ai-sdk/provider';
import type { VideosClientOptions } from 'videos-client';
import { createVideosProvider, type VideosProvider } from 'videos-client/ai-sdk';
import { expectTypeOf, it } from 'vitest';

it('a provider takes the options of a client, all of them optional', () => {
  expectTypeOf(createVideosProvider).parameters.toEqualTypeOf<[options?: VideosClientOptions]>();
  expectTypeOf(createVideosProvider).returns.toEqualTypeOf<VideosProvider>();
});

it('a model of the provider is a VideoModelV4 of the AI SDK', () => {
  expectTypeOf<VideosProvider['video']>().returns.toEqualTypeOf<VideoModelV4>();
});

it('a model may have a known name or any other, and nothing but a name', () => {
  const { video } = createVideosProvider({ apiKey: 'test-key' });
  video('videos_fast');
  video(String(Math.random()));
  // @ts-expect-error: a model is named by a string.
  video(7);
});
