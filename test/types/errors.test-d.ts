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
import { describe, expectTypeOf, it } from 'vitest';

const error: unknown = null;

describe('isVideosError', () => {
  it('leaves an error that its name tells apart', () => {
    if (!isVideosError(error)) return expectTypeOf(error).toBeUnknown();
    expectTypeOf(error.taskId).toEqualTypeOf<string | null>();
    expectTypeOf(error.isTransient).toBeBoolean();
    switch (error.name) {
      case 'VideoFailedError':
        return expectTypeOf(error.video).toEqualTypeOf<FailedVideo>();
      case 'WaitTimeoutError':
        return expectTypeOf(error.lastVideo).toEqualTypeOf<Video | null>();
      case 'PollingFailedError':
        return expectTypeOf(error.failures).toBeNumber();
      case 'RequestTimeoutError':
        return expectTypeOf(error.timeout).toBeNumber();
      case 'InvalidResponseError':
        return expectTypeOf(error.issues[0]?.message).toEqualTypeOf<string | undefined>();
      case 'OutcomeUnknownError':
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
});

describe('the classes', () => {
  it('narrow with instanceof', () => {
    if (error instanceof ApiError) expectTypeOf(error.requestId).toEqualTypeOf<string | null>();
    if (error instanceof RequestTimeoutError) expectTypeOf(error.name).toEqualTypeOf<'RequestTimeoutError'>();
  });

  it('are a family', () => {
    expectTypeOf<AnyVideosError>().toExtend<VideosError>();
    expectTypeOf<RateLimitError>().toExtend<ApiError>();
    expectTypeOf<VideosError>().toExtend<Error>();
    // @ts-expect-error: the head of the family is no error of its own.
    new VideosError('x', { name: 'x', taskId: null, isTransient: false });
  });
});
