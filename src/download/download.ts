// The video's bytes as a standard Response whose body resumes by itself.

import type { VideosApi } from '../api/videos-api.ts';
import { abortReason, onAbort, throwIfAborted, untilAbort } from '../internal/abort.ts';
import type { Bytes } from '../internal/body-reader.ts';
import { DOWNLOAD_DEFAULTS } from '../options/defaults.ts';
import type { DownloadOptions } from '../options/download-options.ts';
import { DOWNLOAD_OPTIONS } from '../options/known-options.ts';
import { checkOptions } from '../options/validate.ts';
import type { Video } from '../video.ts';
import { completedVideo, idOf } from './completed-video.ts';
import { formatContentRange } from './content-range.ts';
import { ResumableFile } from './resumable-file.ts';
import { headerOf } from './validators.ts';

/** Milliseconds between two reports of progress: often enough for a smooth display. */
const PROGRESS_INTERVAL = 100;

/** See `VideosClient.download`. */
export async function download(
  api: VideosApi,
  videoOrId: string | Video,
  options?: DownloadOptions,
): Promise<Response> {
  const { resumeFrom, onProgress, signal, ...given } = checkOptions(options, DOWNLOAD_OPTIONS);
  const maxBytes = given.maxBytes ?? DOWNLOAD_DEFAULTS.maxBytes;
  const taskId = idOf(videoOrId, api.latestKey);
  throwIfAborted(signal);
  const video = typeof videoOrId === 'string' ? await api.poll(taskId, { signal }) : videoOrId;
  const { video_url: url } = completedVideo(taskId, video);
  const stop = new AbortController();
  const file = new ResumableFile({ api, taskId, url, maxBytes, resumeFrom, signal: stop.signal });
  return new Download(file, stop, signal, onProgress).respond();
}

/** One response, from its first byte to the end of everything that belongs to it. */
class Download {
  readonly #file: ResumableFile;
  /** Ends what is under way. */
  readonly #stop: AbortController;
  readonly #signal: AbortSignal | undefined;
  readonly #onProgress: DownloadOptions['onProgress'];
  #stopListening = () => {};
  #controller: ReadableStreamDefaultController<Bytes> | undefined;
  #firstBytes: Bytes | undefined;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(
    file: ResumableFile,
    stop: AbortController,
    signal: AbortSignal | undefined,
    onProgress: DownloadOptions['onProgress'],
  ) {
    this.#file = file;
    this.#stop = stop;
    this.#signal = signal;
    this.#onProgress = onProgress;
  }

  /** Resolves once the first bytes have come. */
  async respond(): Promise<Response> {
    const signal = this.#signal;
    throwIfAborted(signal);
    this.#stopListening = onAbort(signal, () => {
      this.#controller?.error(abortReason(signal));
      this.#end(abortReason(signal));
    });
    try {
      const { start, contentType, firstBytes } = await untilAbort(this.#file.open(), this.#stop.signal);
      this.#firstBytes = firstBytes;
      return new Response(this.#body(), {
        status: start === 0 ? 200 : 206,
        headers: this.#headers(start, contentType),
      });
    } catch (error) {
      this.#end(error);
      throw error;
    }
  }

  #headers(start: number, contentType: string | null): Headers {
    const { totalBytes, validator } = this.#file;
    const headers = new Headers();
    if (contentType !== null) headers.set('content-type', contentType);
    if (totalBytes !== null) headers.set('content-length', String(totalBytes - start));
    if (totalBytes !== null && start > 0) headers.set('content-range', formatContentRange(start, totalBytes));
    if (validator !== null) headers.set(headerOf(validator), validator);
    return headers;
  }

  #body(): ReadableStream<Bytes> {
    return new ReadableStream<Bytes>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: (controller) => this.#pull(controller),
        cancel: (reason) => this.#end(reason),
      },
      // Nothing is read before the reader wants it.
      { highWaterMark: 0 },
    );
  }

  async #pull(controller: ReadableStreamDefaultController<Bytes>): Promise<void> {
    try {
      const chunk = this.#firstBytes ?? (await this.#file.read());
      this.#firstBytes = undefined;
      if (this.#onProgress) await this.#report(chunk === undefined);
      throwIfAborted(this.#stop.signal);
      if (chunk !== undefined) return controller.enqueue(chunk);
      controller.close();
      this.#end();
    } catch (error) {
      this.#end(error);
      throw error;
    }
  }

  async #report(isLast: boolean): Promise<void> {
    const now = performance.now();
    if (!isLast && now - this.#reportedAt < PROGRESS_INTERVAL) return;
    this.#reportedAt = now;
    const { receivedBytes, totalBytes } = this.#file;
    await this.#onProgress?.({ receivedBytes, totalBytes });
  }

  /** Closes the connection, stops what is under way, and leaves nothing behind. */
  #end(reason?: unknown): void {
    this.#stopListening();
    this.#stop.abort(reason);
    this.#file.close();
  }
}
