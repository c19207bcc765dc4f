import {
  type CompletedVideo,
  type DownloadOptions,
  type DownloadProgress,
  type ResumeFrom,
  type Video,
  VideosClient,
} from 'videos-client';
import { type SavedVideo, type SaveVideoOptions, saveVideo, type VideoDownloader } from 'videos-client/node';
import { describe, expectTypeOf, it } from 'vitest';

const client = new VideosClient({ apiKey: null });
declare const video: Video;

describe('download', () => {
  it('download takes an id or a task, and returns a standard Response', () => {
    expectTypeOf(client.download('video_1')).resolves.toEqualTypeOf<Response>();
    expectTypeOf(client.download(video, {})).resolves.toEqualTypeOf<Response>();
    // @ts-expect-error an id is not a number
    void client.download(7);
  });

  it('a download reports progress, the total of which may be unknown', () => {
    expectTypeOf<DownloadProgress>().toEqualTypeOf<{
      readonly receivedBytes: number;
      readonly totalBytes: number | null;
    }>();
    expectTypeOf<DownloadOptions>().toEqualTypeOf<{
      signal?: AbortSignal | undefined;
      onProgress?: ((progress: DownloadProgress) => unknown) | undefined;
      maxBytes?: number | undefined;
      resumeFrom?: ResumeFrom | undefined;
    }>();
  });
});

describe('saveVideo', () => {
  it('saveVideo takes a client, a task or its id, and a path', () => {
    expectTypeOf(
      saveVideo(client, 'video_1', 'a.mp4', { ifExists: 'overwrite' }),
    ).resolves.toEqualTypeOf<SavedVideo>();
    expectTypeOf<VideosClient>().toExtend<VideoDownloader>();
    expectTypeOf<SaveVideoOptions>().toExtend<DownloadOptions>();
    // @ts-expect-error a path is needed
    void saveVideo(client, video);
  });

  it('saveVideo returns the task: completed, or as it was given if the file was there', () => {
    const save = async () => {
      const saved = await saveVideo(client, video, 'a.mp4');
      expectTypeOf(saved.path).toEqualTypeOf<string>();
      expectTypeOf(saved.bytes).toEqualTypeOf<number>();
      if (saved.kept) {
        expectTypeOf(saved.video).toEqualTypeOf<Video | null>();
        expectTypeOf(saved.contentType).toEqualTypeOf<null>();
      } else {
        expectTypeOf(saved.video).toEqualTypeOf<CompletedVideo>();
        expectTypeOf(saved.contentType).toEqualTypeOf<string | null>();
      }
    };
    void save;
  });
});
