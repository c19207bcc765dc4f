import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  type CompletedVideo,
  type FailedVideo,
  type ProcessingVideo,
  parseVideo,
  type QueuedVideo,
  type Video,
  type VideoSchema,
  type VideoStatus,
  VideosClient,
  videoSchema,
} from 'videos-client';
import { expectTypeOf, it } from 'vitest';
import type { output } from 'zod/mini';
import type { TaskSchema } from '../../src/video-schema.ts';

const video = {} as Video;

/** Without the index signature of the unknown fields. */
type Known<T> = T extends unknown ? { [K in keyof T as string extends K ? never : K]: T[K] } : never;

it('the status of a video says which keys have a value, with no cast and no !', () => {
  if (video.status === 'completed') {
    expectTypeOf(video).toEqualTypeOf<CompletedVideo>();
    expectTypeOf(video.video_url).toEqualTypeOf<string>();
    expectTypeOf(video.actualDuration).toEqualTypeOf<number | null>();
    expectTypeOf(video.error).toEqualTypeOf<null>();
  } else {
    expectTypeOf(video.video_url).toEqualTypeOf<null>();
    expectTypeOf(video.actualDuration).toEqualTypeOf<null>();
  }
  if (video.status === 'failed') expectTypeOf(video.error).toEqualTypeOf<string | null>();
  if (video.status === 'queued') expectTypeOf(video).toEqualTypeOf<QueuedVideo>();
  if (video.status === 'processing') expectTypeOf(video).toEqualTypeOf<ProcessingVideo>();
});

it('a switch over the status can be exhaustive', () => {
  switch (video.status) {
    case 'queued':
    case 'processing':
      return;
    case 'completed':
      return expectTypeOf(video.video_url).toBeString();
    case 'failed':
      return expectTypeOf(video).toEqualTypeOf<FailedVideo>();
    default:
      expectTypeOf(video).toBeNever();
  }
});

it('the status is one of four', () => {
  expectTypeOf<Video['status']>().toEqualTypeOf<VideoStatus>();
  expectTypeOf<VideoStatus>().toEqualTypeOf<'queued' | 'processing' | 'completed' | 'failed'>();
});

it('Video is exactly what the schema yields', () => {
  expectTypeOf<Known<output<TaskSchema>>>().toEqualTypeOf<Known<Video>>();
});

it('the methods return videos', () => {
  const client = new VideosClient();
  expectTypeOf(client.getResult('t')).resolves.toEqualTypeOf<Video>();
  expectTypeOf(client.waitForCompletion('t')).resolves.toEqualTypeOf<CompletedVideo>();
  expectTypeOf(client.watch('t')).toEqualTypeOf<AsyncGenerator<Video, void>>();
  expectTypeOf(parseVideo).toEqualTypeOf<(value: unknown) => Video>();
});

it('videoSchema is a Standard Schema of a Video', () => {
  expectTypeOf<VideoSchema>().toExtend<StandardSchemaV1<unknown, Video>>();
  const schema: StandardSchemaV1<unknown, Video> = videoSchema;
  expectTypeOf<StandardSchemaV1.InferOutput<typeof schema>>().toEqualTypeOf<Video>();
  expectTypeOf<StandardSchemaV1.InferOutput<typeof videoSchema>>().toEqualTypeOf<Video>();
  expectTypeOf<StandardSchemaV1.InferInput<typeof videoSchema>>().toEqualTypeOf<unknown>();
});
