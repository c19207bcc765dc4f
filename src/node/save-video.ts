// Saves a task's video to a file: whole, or not at all.

import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { completedVideo, idOf } from '../download/completed-video.ts';
import { RESUME, type Resume } from '../download/resume.ts';
import { DownloadError } from '../errors/index.ts';
import { throwIfAborted } from '../internal/abort.ts';
import { discard } from '../internal/body.ts';
import { idText, quote } from '../internal/text.ts';
import type { DownloadOptions } from '../options/download-options.ts';
import { aFunction } from '../options/known-options.ts';
import { checkOptions, isSignal, ofType } from '../options/validate.ts';
import type { VideoSource } from '../options/video-source.ts';
import type { CompletedVideo, Video } from '../video.ts';
import { videoName } from './file-name.ts';
import { PartialFile } from './partial-file.ts';

/** What saving needs of a client. */
export interface VideoDownloader extends VideoSource {
  download(video: Video, options?: DownloadOptions): Promise<Response>;
}

/** Options of {@link saveVideo}. */
export interface SaveVideoOptions extends DownloadOptions {
  /** Replaces a file that is already there, once the video is whole; else such a file is kept. @default false */
  overwrite?: boolean | undefined;
}

const SAVE_VIDEO_OPTIONS = {
  signal: isSignal,
  onProgress: aFunction,
  overwrite: ofType('boolean', 'true or false'),
};

/** A video that is safe on disk. */
export interface SavedVideo {
  /** Where it is: an absolute path. */
  path: string;
  /** Its length. */
  bytes: number;
  /** What the server called it, e.g. `video/mp4`, or `null`. */
  contentType: string | null;
  /** The task, as it was given or looked up first: its `video_url` may have expired since. */
  video: CompletedVideo;
}

/** Where to save: a folder, and a name in it; `null` where the task's id is to give it. */
async function resolveTarget(path: unknown): Promise<{ folder: string; name: string | null }> {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new TypeError(`Invalid path: ${quote(path)}. Expected the path of a file or a folder, a string.`);
  }
  const absolute = resolve(path);
  const isFolder =
    path.endsWith('/') || path.endsWith(sep) || (await stat(absolute).catch(() => null))?.isDirectory();
  return isFolder
    ? { folder: absolute, name: null }
    : { folder: dirname(absolute), name: basename(absolute) };
}

/**
 * Saves a task's video to a file. At the final path there is nothing, or the whole video: the bytes go to a partial
 * file beside it, are flushed to the disk, and then get their name. Called again with the same arguments after a
 * failure, or after the process was killed, it goes on where it was, if the server still has the same file. Called
 * again after it was done, it finds the file, and says `EEXIST`, unless `overwrite` is set.
 *
 * @param client - A `VideosClient`.
 * @param videoOrId - The task, or its id, which is then looked up first.
 * @param path - The file; or a folder, one that exists or a path that ends with a separator: then the file is named
 * after the task. Missing folders are made.
 * @throws an error of the file system, with its `code` and `path`: `EEXIST` where a file is there already, `ENOSPC`
 * where the disk is full, and so on.
 * @throws {DownloadError} the file cannot be fetched, or the task has not ended.
 * @throws {VideoFailedError} the task ended `failed`.
 * @throws whatever a look at the task throws, where one is needed.
 * @throws {TypeError} a wrong argument; nothing was done.
 * @throws `signal.reason` when the signal is aborted; what `onProgress` throws.
 *
 * @example
 * ```ts
 * const { path } = await saveVideo(client, 'video_1234567890', 'videos/');
 * ```
 */
export async function saveVideo(
  client: VideoDownloader,
  videoOrId: string | Video,
  path: string,
  options?: SaveVideoOptions,
): Promise<SavedVideo> {
  const {
    overwrite = false,
    signal,
    onProgress,
  } = checkOptions<Omit<SaveVideoOptions, 'maxBytes' | 'resumeFrom'>>(options, SAVE_VIDEO_OPTIONS);
  const id = idOf(videoOrId);
  const { folder, name } = await resolveTarget(path);
  throwIfAborted(signal);

  const partial = await PartialFile.claim(folder, name ?? id, JSON.stringify([id, folder, name]), overwrite);
  try {
    if (name !== null) await partial.checkTarget(join(folder, name));
    const video = await completedVideo(client, videoOrId, signal);
    // Under the id that was asked for: gateways have ids of their own.
    const response = await startDownload(partial, client, { ...video, id }, { signal, onProgress });
    const contentType = response.headers.get('content-type');
    const target = join(folder, name ?? videoName(id, contentType));
    await fill(partial, response, target);
    throwIfAborted(signal);
    return { path: target, bytes: await partial.moveTo(target), contentType, video };
  } catch (error) {
    await partial.leave();
    throw error;
  }
}

/** Asks for what is missing of the partial file, or for all of it. */
async function startDownload(
  partial: PartialFile,
  client: VideoDownloader,
  video: CompletedVideo,
  options: DownloadOptions,
): Promise<Response> {
  let isBegun = false;
  const refuse = (what: string, status: number | null) => {
    const { received: receivedBytes } = partial;
    return new DownloadError(
      `Failed to save the video of task ${idText(video.id)}: ${what}. The task itself is not affected. Save it again.`,
      { taskId: video.id, isTransient: true, url: null, status, receivedBytes },
    );
  };
  const resume: Resume = {
    offset: partial.position,
    validator: partial.validator,
    onStart: async (validator, handedOut) => {
      isBegun = true;
      // What a client of another make holds back on its way here would come after the new beginning.
      if (handedOut !== partial.received) throw refuse('the file has to be begun again in the middle', null);
      await partial.begin(validator);
    },
  };
  const response = await client.download(video, { ...options, [RESUME]: resume } as DownloadOptions);
  if (!response.ok) {
    discard(response);
    throw refuse(`the download was answered with ${response.status}`, response.status);
  }
  // A client of another make knows nothing of going on.
  if (response.status !== 206 && !isBegun) await partial.begin(null);
  return response;
}

/** Writes the body to the file, if the place that it is for is still free. */
async function fill(partial: PartialFile, { body }: Response, target: string): Promise<void> {
  try {
    await partial.checkTarget(target);
    for await (const bytes of body ?? []) await partial.write(bytes);
  } catch (error) {
    body?.cancel().catch(() => {});
    throw error;
  }
}
