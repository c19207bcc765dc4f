import {
  type AnyVideosError,
  ApiError,
  type FailedVideo,
  isVideosError,
  type RateLimitError,
  RequestTimeoutError,
  type Video,
  VideosError,
} from 'videos-client';
import { expectTypeOf, it } from 'vitest';

const error: unknown = null;

it('isVideosError narrows an error, which its name narrows further', () => {
  if (!isVideosError(error)) return expectTypeOf(error).toBeUnknown();
  expectTypeOf(error.taskId).toEqualTypeOf<string | null>();
  expectTypeOf(error.isTransient).toBeBoolean();
  switch (error.name) {
    case 'VideoFailedError':
      return expectTypeOf(error.video).toEqualTypeOf<FailedVideo>();
    case 'WaitTimeoutError':
      expectTypeOf(error.polls).toBeNumber();
      return expectTypeOf(error.lastVideo).toEqualTypeOf<Video | null>();
    case 'PollingFailedError':
      expectTypeOf(error.failedPolls).toBeNumber();
      return expectTypeOf(error.failures).toBeNumber();
    case 'RequestTimeoutError':
      return expectTypeOf(error.timeout).toBeNumber();
    case 'InvalidResponseError':
      expectTypeOf(error.issues[0]?.code).toEqualTypeOf<'missing_video_url' | undefined>();
      return expectTypeOf(error.issues[0]?.message).toEqualTypeOf<string | undefined>();
    case 'OutcomeUnknownError':
      expectTypeOf(error.taskId).toBeNull();
      return expectTypeOf(error.sentAt).toBeNumber();
    case 'DownloadError':
      return expectTypeOf(error.receivedBytes).toBeNumber();
    case 'RateLimitError':
      return expectTypeOf(error.retryAfter).toEqualTypeOf<number | null>();
    case 'ApiError':
    case 'AuthenticationError':
    case 'NotFoundError':
      return expectTypeOf(error.status).toBeNumber();
    case 'ConnectionError':
      return expectTypeOf(error.cause).toBeUnknown();
    default:
      expectTypeOf(error).toBeNever();
  }
});

it('instanceof narrows an error', () => {
  if (error instanceof ApiError) expectTypeOf(error.requestId).toEqualTypeOf<string | null>();
  if (error instanceof RequestTimeoutError) expectTypeOf(error.name).toEqualTypeOf<'RequestTimeoutError'>();
});

it('every error class extends VideosError', () => {
  expectTypeOf<AnyVideosError>().toExtend<VideosError>();
  expectTypeOf<RateLimitError>().toExtend<ApiError>();
  expectTypeOf<VideosError>().toExtend<Error>();
  // @ts-expect-error: the base class is abstract.
  new VideosError('x', { name: 'x', taskId: null, isTransient: false });
});
