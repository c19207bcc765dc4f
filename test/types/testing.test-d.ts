import { setupServer } from 'msw/node';
import type {
  CompletedVideo,
  FailedVideo,
  ProcessingVideo,
  QueuedVideo,
  Video,
  VideoStatus,
  VideosClientOptions,
} from 'videos-client';
import { buildVideo, createVideosEmulator, type EmulatedRequest } from 'videos-client/testing';
import { describe, expectTypeOf, it } from 'vitest';

describe('buildVideo', () => {
  it('buildVideo is typed by the status', () => {
    expectTypeOf(buildVideo()).toEqualTypeOf<CompletedVideo>();
    expectTypeOf(buildVideo({})).toEqualTypeOf<CompletedVideo>();
    expectTypeOf(buildVideo({ model: 'videos_fast' })).toEqualTypeOf<CompletedVideo>();
    expectTypeOf(buildVideo({ status: 'completed' })).toEqualTypeOf<CompletedVideo>();
    expectTypeOf(buildVideo({ status: 'failed', error: 'x' })).toEqualTypeOf<FailedVideo>();
    expectTypeOf(buildVideo({ status: 'queued' })).toEqualTypeOf<QueuedVideo>();
    expectTypeOf(buildVideo({ status: 'processing' })).toEqualTypeOf<ProcessingVideo>();
    expectTypeOf(buildVideo({ status: 'queued' as VideoStatus })).toEqualTypeOf<Video>();
  });

  it('buildVideo refuses a field that does not go with the status', () => {
    // @ts-expect-error: a queued video has no URL yet.
    buildVideo({ status: 'queued', video_url: 'https://cdn.example.com/v.mp4' });
    // @ts-expect-error: a failed video has no duration.
    buildVideo({ status: 'failed', actualDuration: 5 });
    // @ts-expect-error: a completed video has no error.
    buildVideo({ error: 'x' });
    // @ts-expect-error: a completed video has a URL.
    buildVideo({ status: 'completed', video_url: null });
    // @ts-expect-error: there is no such status.
    buildVideo({ status: 'done' });
    // @ts-expect-error: there is no such field.
    buildVideo({ statuss: 'queued' });
  });
});

describe('createVideosEmulator', () => {
  const emulator = createVideosEmulator();

  it('the client takes the fetch of the emulator', () => {
    expectTypeOf(emulator.fetch).toExtend<NonNullable<VideosClientOptions['fetch']>>();
  });

  it('MSW takes the handlers of the emulator', () => {
    setupServer(...emulator.handlers());
  });

  it('the recorded requests can only be read', () => {
    expectTypeOf(emulator.requests).toEqualTypeOf<readonly EmulatedRequest[]>();
    expectTypeOf<EmulatedRequest['status']>().toEqualTypeOf<number | null>();
  });

  it('addTask refuses a task that cannot be', () => {
    emulator.addTask({ outcome: 'failed', error: 'x', after: { ms: 500 } });
    // @ts-expect-error: a task that completes has no error.
    emulator.addTask({ outcome: 'completed', error: 'x' });
    // @ts-expect-error: neither has one that completes by default.
    emulator.addTask({ error: 'x' });
    // @ts-expect-error: a task that fails has no file.
    emulator.addTask({ outcome: 'failed', video: new Uint8Array() });
    emulator.addTask({ outcome: 'cancelled', error: 'x', envelope: 'success' });
    emulator.addTask({ after: { polls: 1 }, urlAfter: { ms: 5 }, transform: ({ id }) => ({ id }) });
    // @ts-expect-error: a task that fails has no URL to come.
    emulator.addTask({ outcome: 'cancelled', urlAfter: { polls: 1 } });
    // @ts-expect-error: a moment is in polls or in milliseconds.
    emulator.addTask({ after: { polls: 1, ms: 1 } });
    // @ts-expect-error: there is no such moment.
    emulator.addTask({ after: { seconds: 1 } });
  });

  it('onCreate is given the request, and returns a scenario', () => {
    emulator.onCreate(({ prompt, duration, autoFace }) => {
      expectTypeOf(prompt).toEqualTypeOf<string>();
      expectTypeOf(duration).toEqualTypeOf<number>();
      expectTypeOf(autoFace).toEqualTypeOf<unknown>();
      return prompt === 'x' ? { outcome: 'failed', error: 'x', reply: 'projectId' } : undefined;
    });
    emulator.onCreate(() => ({ after: { ms: 0 } }));
    // @ts-expect-error: there is no such form of the reply.
    emulator.onCreate(() => ({ reply: 'video' }));
  });

  it('fail refuses a fault that cannot be', () => {
    emulator.fail({ id: 'x', times: 2, with: { status: 429, retryAfter: 2 } });
    emulator.fail({ on: 'create', with: 'unauthorized' });
    emulator.fail({ with: { status: 429, retryAfter: '7s', headers: { date: 'x' } } });
    // @ts-expect-error: a fault has to be given.
    emulator.fail({ times: 2 });
    // @ts-expect-error: there is no such fault.
    emulator.fail({ with: 'crash' });
    // @ts-expect-error: there is no such place.
    emulator.fail({ on: 'cdn', with: 'reset' });
  });
});
