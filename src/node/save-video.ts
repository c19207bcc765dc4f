// Saves a task's video to a file: complete, or not at all.

import { stat } from 'node:fs/promises';
import { CannotResumeError } from '../download/cannot-resume-error.ts';
import { completedVideo, idOf } from '../download/completed-video.ts';
import { formatContentRange } from '../download/content-range.ts';
import { readPart } from '../download/file-part.ts';
import { DownloadError } from '../errors/index.ts';
import { throwIfAborted } from '../internal/abort.ts';
import { backOff } from '../internal/back-off.ts';
import { bodyReader } from '../internal/body-reader.ts';
import { sleep } from '../internal/sleep.ts';
import { idText } from '../internal/text.ts';
import type { DownloadOptions } from '../options/download-options.ts';
import { checkOptions } from '../options/validate.ts';
import type { VideoSource } from '../options/video-source.ts';
import type { CompletedVideo, Video } from '../video.ts';
import { FileExistsError } from './file-system.ts';
import { SAVE_VIDEO_OPTIONS } from './known-options.ts';
import { PartialFile } from './partial-file.ts';
import { findExisting, pathFor, resolveTarget } from './save-target.ts';

/** What saving needs of a client. */
export interface VideoDownloader extends VideoSource {
  download(video: Video, options?: DownloadOptions): Promise<Response>;
}

/** Options of {@link saveVideo}. */
export interface SaveVideoOptions extends Omit<DownloadOptions, 'resumeFrom'> {
  /**
   * What happens if the file exists already: `'error'` rejects with `EEXIST`, before anything is requested; `'keep'`
   * resolves with what is there, and requests nothing; `'overwrite'` replaces it once the video is complete.
   *
   * @default 'error'
   */
  ifExists?: 'error' | 'keep' | 'overwrite' | undefined;
}

/** A video that is safe on disk. */
export type SavedVideo = {
  /** Where it is: an absolute path. */
  path: string;
  /** Its length. */
  bytes: number;
} & (
  | {
      /** Whether the file was there already (`ifExists: 'keep'`). */
      kept: false;
      /** The server's type for it, e.g. `video/mp4`, or `null`. */
      contentType: string | null;
      /** The task, as it was given or fetched: its `video_url` may have expired since. */
      video: CompletedVideo;
    }
  | {
      kept: true;
      /** Not known: nothing was requested. */
      contentType: null;
      /** The task that was given; `null` if only its id was. */
      video: Video | null;
    }
);

/** How many times in a row a save starts over without getting further than before. */
const MAX_RESTARTS = 3;

/**
 * Saves a task's video to a file. At the final path there is nothing, or the whole video: the bytes go to a partial
 * file in the same folder, are flushed to the disk, and then get their name. Called again with the same arguments after a
 * failure, or after the process was killed, it resumes, if the server still has the same file.
 *
 * @param client - A `VideosClient`.
 * @param videoOrId - The task, or its id, which is then fetched first.
 * @param path - The file; or a folder, one that exists or a path that ends with a separator: then the file is named
 * after the task. Missing folders are made.
 * @throws An error of the file system, with its `code` and `path`: `EEXIST` if a file is there already, `ENOSPC` if
 * the disk is full, and so on.
 * @throws {@link DownloadError} The file cannot be fetched, or the task has not ended.
 * @throws {@link VideoFailedError} The task ended `failed`.
 * @throws What `getResult` throws, if the task has to be fetched.
 * @throws {@link TypeError} An argument is wrong; nothing was done.
 * @throws `signal.reason`, at once, when the signal is aborted; what `onProgress` throws.
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
  const { ifExists = 'error', ...download } = checkOptions<SaveVideoOptions>(options, SAVE_VIDEO_OPTIONS);
  const id = idOf(videoOrId, null);
  const target = await resolveTarget(path);
  throwIfAborted(download.signal);

  const { folder, name } = target;
  const partial = await PartialFile.claim(folder, name ?? id, JSON.stringify([id, folder, name]));
  try {
    const existing = await findExisting(target, id);
    if (existing !== null && ifExists !== 'overwrite') throw new FileExistsError(existing);
    const task =
      typeof videoOrId === 'string' ? await client.getResult(id, { signal: download.signal }) : videoOrId;
    const video = completedVideo(id, task);
    // Under the caller's id: gateways have ids of their own.
    const contentType = await fetchAll(partial, client, { ...video, id }, download);
    throwIfAborted(download.signal);
    const bytes = partial.length;
    const final = pathFor(target, id, contentType);
    await partial.moveTo(final, ifExists === 'overwrite');
    return { path: final, bytes, kept: false, contentType, video };
  } catch (error) {
    const isTaken = error instanceof FileExistsError;
    // What is there of a file that is too long, or is not a video, is useless to a later save.
    const isUseless = error instanceof DownloadError && !error.isTransient;
    await (isTaken || isUseless ? partial.drop() : partial.release());
    if (isTaken && ifExists === 'keep') return keep(error, typeof videoOrId === 'string' ? null : videoOrId);
    throw error;
  }
}

/** What is there, if it is a file. */
async function keep(error: FileExistsError, video: Video | null): Promise<SavedVideo> {
  const { path } = error;
  const stats = await stat(path);
  if (!stats.isFile()) throw error;
  return { path, bytes: stats.size, kept: true, contentType: null, video };
}

/** Fetches what is missing of the partial file; all of it if its bytes cannot be continued. @returns its type. */
async function fetchAll(
  partial: PartialFile,
  client: VideoDownloader,
  video: CompletedVideo,
  options: DownloadOptions,
): Promise<string | null> {
  let furthest = 0;
  for (let restarts = 0; ; restarts++) {
    try {
      return await fetchRest(partial, client, video, options);
    } catch (error) {
      if (!CannotResumeError.isCauseOf(error)) throw error;
      if (partial.length > furthest) restarts = 0;
      furthest = Math.max(furthest, partial.length);
      if (restarts >= MAX_RESTARTS) throw error;
      await sleep(backOff(restarts + 1), options.signal);
    }
  }
}

async function fetchRest(
  partial: PartialFile,
  client: VideoDownloader,
  video: CompletedVideo,
  options: DownloadOptions,
): Promise<string | null> {
  const { length: offset, validator } = partial;
  const resumeFrom = offset > 0 && validator !== null ? { offset, validator } : undefined;
  const response = await client.download(video, resumeFrom ? { ...options, resumeFrom } : options);
  const refuse = (reason: string) => {
    const { status } = response;
    return new DownloadError(
      `Failed to save the video of task ${idText(video.id)}: ${reason}. The task itself is not affected. Save it again.`,
      { taskId: video.id, isTransient: true, url: null, status, receivedBytes: partial.length },
    );
  };
  const reader = bodyReader(response);
  try {
    // A custom client may return anything.
    if (!response.ok) throw refuse(`the download was answered with ${response.status}`);
    const isComplete = response.headers.get('content-range') === formatContentRange(offset, offset);
    const part = isComplete ? { start: offset, totalBytes: offset, validator } : readPart(response);
    if (part?.start === 0) await partial.begin(part.validator);
    else if (part?.start !== offset || part.validator !== validator) throw refuse('another part of it came');
    for (;;) {
      const { done, value } = await reader.read();
      if (value) await partial.write(value);
      if (done) break;
    }
    if (part.totalBytes !== null && partial.length !== part.totalBytes) {
      throw refuse(`${partial.length} bytes came of ${part.totalBytes}`);
    }
    return response.headers.get('content-type');
  } catch (error) {
    reader.cancel();
    throw error;
  }
}
