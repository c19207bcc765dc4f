import { parseVideo, VideoFailedError } from 'videos-client';
import { buildVideo } from 'videos-client/testing';
import { describe, expect, it } from 'vitest';

describe('buildVideo', () => {
  it('buildVideo builds a completed video from nothing', () => {
    expect(buildVideo()).toEqual({
      id: 'video_1234567890',
      object: 'video',
      created: 1761635478,
      model: 'videos',
      status: 'completed',
      video_url: 'https://cdn.example.com/video_1234567890.mp4',
      actualDuration: 5,
      error: null,
    });
  });

  it.each(['queued', 'processing', 'completed', 'failed'] as const)(
    'buildVideo builds a %s video exactly as the client would read it',
    (status) => {
      const video = buildVideo({ status });
      expect(video.status).toBe(status);
      expect(parseVideo(JSON.parse(JSON.stringify(video)))).toEqual(video);
    },
  );

  it('buildVideo takes the fields that it is given, null included', () => {
    const video = buildVideo({ status: 'completed', id: 'mine', model: null, actualDuration: 8.5 });
    expect(video).toMatchObject({ id: 'mine', model: null, actualDuration: 8.5 });
    expect(buildVideo({ status: 'failed', error: 'The prompt was refused.' }).error).toBe(
      'The prompt was refused.',
    );
  });

  it('buildVideo fills in a field that is undefined', () => {
    expect(buildVideo({ status: 'queued', id: undefined, model: undefined })).toEqual(
      buildVideo({ status: 'queued' }),
    );
  });

  it('buildVideo builds a new object every time', () => {
    expect(buildVideo()).not.toBe(buildVideo());
  });

  it('buildVideo builds the video of a VideoFailedError', () => {
    const video = buildVideo({ status: 'failed' });
    const error = new VideoFailedError('It failed.', { taskId: video.id, video });
    expect(error.video.error).toBe('The video could not be made.');
  });

  it.each([
    [
      { status: 'done' },
      'Invalid option status: "done". Expected "queued" or "processing" or "completed" or "failed".',
    ],
    [{ status: 'queued', video_url: 'https://x.test/' }, 'Expected null while status is "queued".'],
    [{ status: 'processing', actualDuration: 5 }, 'Expected null while status is "processing".'],
    [
      { status: 'completed', error: 'no' },
      'Invalid option error: "no". Expected null while status is "completed".',
    ],
    [{ video_url: 'file.mp4' }, 'Invalid option video_url: "file.mp4". Expected an http or https URL.'],
    [{ video_url: null }, 'Invalid option video_url: null. Expected an http or https URL.'],
    [{ id: '' }, 'Invalid task id: "" is'],
    [{ statuss: 'queued' }, 'Invalid option statuss (a string): unknown option; did you mean status?'],
    [7, 'Invalid options: 7. Expected an object.'],
  ])('buildVideo refuses %j', (fields, message) => {
    // biome-ignore lint/suspicious/noExplicitAny: what TypeScript would refuse is what is tested.
    const build = () => buildVideo(fields as any);
    expect(build).toThrow(TypeError);
    expect(build).toThrow(message);
  });
});
