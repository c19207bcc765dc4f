import * as sdk from 'videos-client';
import { expect, it } from 'vitest';

it('the main entry exports these names, and no other', () => {
  const names = Object.entries(sdk).map(([name, value]) => `${name}: ${typeof value}`);
  expect(names.sort()).toMatchInlineSnapshot(`
    [
      "ApiError: function",
      "AuthenticationError: function",
      "ConnectionError: function",
      "DownloadError: function",
      "InvalidResponseError: function",
      "NotFoundError: function",
      "OutcomeUnknownError: function",
      "PollingFailedError: function",
      "RateLimitError: function",
      "RequestTimeoutError: function",
      "VideoFailedError: function",
      "VideosClient: function",
      "VideosError: function",
      "WaitTimeoutError: function",
      "decideAfterPoll: function",
      "isVideosError: function",
      "parseVideo: function",
      "pollIntervals: function",
      "videoSchema: object",
      "waitForCompletion: function",
    ]
  `);
});

it('a client has these methods, and no other', () => {
  expect(Object.getOwnPropertyNames(sdk.VideosClient.prototype).sort()).toMatchInlineSnapshot(`
    [
      "constructor",
      "create",
      "download",
      "generate",
      "getResult",
      "polling",
      "timeout",
      "waitForAll",
      "waitForCompletion",
      "watch",
    ]
  `);
  expect(Object.keys(new sdk.VideosClient({ apiKey: 'test-key' }))).toEqual([]);
});
