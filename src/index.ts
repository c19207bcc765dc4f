/**
 * The client: any runtime.
 *
 * @module videos-client
 */

export { VideosClient, waitForCompletion } from './client.ts';
export {
  type AnyVideosError,
  ApiError,
  AuthenticationError,
  ConnectionError,
  DownloadError,
  InvalidResponseError,
  isVideosError,
  NotFoundError,
  OutcomeUnknownError,
  PollingFailedError,
  RateLimitError,
  RequestTimeoutError,
  type ResponseIssue,
  VideoFailedError,
  VideosError,
  WaitTimeoutError,
} from './errors/index.ts';
export type { Attempt } from './options/attempt.ts';
export type {
  ApiKeyProvider,
  Fetch,
  FetchInit,
  FetchResponse,
  VideosClientOptions,
} from './options/client-options.ts';
export type {
  CreateFromFrames,
  CreateFromReferences,
  CreateOptions,
  CreateVideoFields,
  CreateVideoRequest,
  GenerateOptions,
} from './options/create-options.ts';
export type { DownloadOptions, DownloadProgress, ResumeFrom } from './options/download-options.ts';
export type { VideoSource } from './options/video-source.ts';
export type {
  GetResultOptions,
  IntervalOptions,
  PollDecisionOptions,
  PollError,
  PollIntervalsOptions,
  WaitOptions,
  WaitProgress,
} from './options/wait-options.ts';
export type { WaitOutcome } from './polling/batch.ts';
export {
  decideAfterPoll,
  type PollDecision,
  type PollHistory,
} from './polling/decide-after-poll.ts';
export { pollIntervals } from './polling/poll-intervals.ts';
export type {
  CompletedVideo,
  FailedVideo,
  ProcessingVideo,
  QueuedVideo,
  Video,
  VideoStatus,
} from './video.ts';
export { parseVideo, type VideoSchema, videoSchema } from './video-schema.ts';
