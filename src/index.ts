/**
 * The client: any runtime.
 *
 * @module videos-client
 */

export { VideosClient } from './client.ts';
export {
  type AnyVideosError,
  ApiError,
  AuthenticationError,
  ConnectionError,
  DownloadError,
  InvalidResponseError,
  isVideosError,
  NotFoundError,
  PollingFailedError,
  RateLimitError,
  RequestTimeoutError,
  type ResponseIssue,
  VideoFailedError,
  VideosError,
  WaitTimeoutError,
} from './errors.ts';
export { pollIntervals } from './intervals.ts';
export type { WaitOutcome } from './many.ts';
export type {
  ApiKeyProvider,
  DownloadOptions,
  DownloadProgress,
  Fetch,
  GetResultOptions,
  IntervalOptions,
  PollError,
  PollIntervalsOptions,
  VideosClientOptions,
  WaitOptions,
  WatchOptions,
} from './options.ts';
export { waitForCompletion } from './polling.ts';
export {
  type CompletedVideo,
  type FailedVideo,
  type ProcessingVideo,
  parseVideo,
  type QueuedVideo,
  type Video,
  type VideoSchema,
  type VideoStatus,
  videoSchema,
} from './video.ts';
export type { VideoSource } from './wait.ts';
