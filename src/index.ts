/**
 * The client, for any runtime: {@link VideosClient} creates tasks, waits for them and downloads their videos. Everything that
 * it throws is a {@link VideosError}, except a wrong argument, the caller's own abort reason, and errors of callbacks.
 *
 * ```ts
 * import { VideosClient } from 'videos-client';
 *
 * const client = new VideosClient({ apiKey: process.env.VIDEOS_API_KEY });
 * const video = await client.waitForCompletion('video_1234567890');
 * ```
 *
 * @module videos-client
 */

// The order of this file is the order of the API reference, so nothing sorts it (biome.json).

export { VideosClient } from './client.ts';
export { waitForCompletion } from './wait-for-completion.ts';
export { pollIntervals } from './polling/poll-intervals.ts';
export { decideAfterPoll } from './polling/decide-after-poll.ts';
export { parseVideo, videoSchema } from './video-schema.ts';

export type { VideosClientOptions } from './options/client-options.ts';
export type { WaitOptions } from './options/wait-options.ts';
export type {
  CreateVideoRequest,
  CreateVideoFields,
  CreateFromFrames,
  CreateFromReferences,
  GenerateOptions,
  CreateOptions,
} from './options/create-options.ts';
export type {
  GetResultOptions,
  IntervalOptions,
  PollIntervalsOptions,
  PollDecisionOptions,
} from './options/wait-options.ts';
export type { DownloadOptions, ResumeFrom } from './options/download-options.ts';
export type { ApiKeyProvider, Fetch, FetchInit, FetchResponse } from './options/client-options.ts';
export type { VideoSource } from './options/video-source.ts';

export type {
  Video,
  CompletedVideo,
  FailedVideo,
  ProcessingVideo,
  QueuedVideo,
  VideoStatus,
} from './video.ts';
export type { WaitOutcome } from './polling/wait-for-all.ts';
export type { WaitProgress, PollError } from './options/wait-options.ts';
export type { DownloadProgress } from './options/download-options.ts';
export type { Attempt } from './options/attempt.ts';
export type { PollDecision, PollHistory } from './polling/decide-after-poll.ts';
export type { VideoSchema } from './video-schema.ts';

export {
  VideosError,
  isVideosError,
  type AnyVideosError,
  ApiError,
  AuthenticationError,
  NotFoundError,
  RateLimitError,
  ConnectionError,
  RequestTimeoutError,
  InvalidResponseError,
  type ResponseIssue,
  OutcomeUnknownError,
  VideoFailedError,
  WaitTimeoutError,
  PollingFailedError,
  DownloadError,
} from './errors/index.ts';
