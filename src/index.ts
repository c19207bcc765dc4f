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
} from './errors/index.ts';
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
} from './options/client-options.ts';
export { pollIntervals } from './polling/poll-intervals.ts';
export type { VideoSource } from './polling/wait.ts';
export type { WaitOutcome } from './polling/wait-for-all.ts';
export { waitForCompletion } from './polling/wait-for-completion.ts';
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
