import type { VideosApi } from '../api/videos-api.ts';
import { abortReason, onAbort, throwIfAborted } from '../internal/abort.ts';
import { duration, innermost } from '../internal/text.ts';
import type { DownloadOptions } from '../options/download-options.ts';
import { DOWNLOAD_OPTIONS } from '../options/known-options.ts';
import { checkOptions } from '../options/validate.ts';
import type { Video } from '../video.ts';
import { completedVideo, idOf } from './completed-video.ts';
import type { FilePart } from './file-exchange.ts';
import { type DownloadSettings, FileSource } from './file-source.ts';
import { RESUME, type Resume } from './resume.ts';

/** Milliseconds between two reports of progress: as often as an eye follows. */
const PROGRESS_INTERVAL = 100;

type Options = DownloadOptions & { [RESUME]?: Resume };
type Bytes = Uint8Array<ArrayBuffer>;

/** The video's bytes; see `VideosClient.download`. */
export async function download(
  api: VideosApi,
  settings: DownloadSettings,
  videoOrId: string | Video,
  options?: DownloadOptions,
): Promise<Response> {
  const checked: Options = checkOptions(options, DOWNLOAD_OPTIONS);
  const taskId = idOf(videoOrId);
  throwIfAborted(checked.signal);
  const { video_url: url } = await completedVideo(api, videoOrId, checked.signal);
  const stop = new AbortController();
  const source = new FileSource({
    api,
    settings,
    taskId,
    url,
    signal: stop.signal,
    resume: (options as Options | undefined)?.[RESUME],
  });
  return new Download(source, stop, settings.timeout, checked).respond();
}

/** The body of one download: one stream over as many connections as it takes. */
class Download {
  readonly #source: FileSource;
  /** Ends what is under way. */
  readonly #stop: AbortController;
  readonly #timeout: number;
  readonly #options: Options;
  #stopListening = () => {};
  #controller: ReadableByteStreamController | undefined;
  #part: FilePart | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(source: FileSource, stop: AbortController, timeout: number, options: Options) {
    this.#source = source;
    this.#stop = stop;
    this.#timeout = timeout;
    this.#options = options;
  }

  /** Resolves with the head of the first good answer. */
  async respond(): Promise<Response> {
    const { signal } = this.#options;
    throwIfAborted(signal);
    this.#stopListening = onAbort(signal, () => {
      this.#controller?.error(abortReason(signal));
      this.#end(abortReason(signal));
    });
    let part: FilePart;
    try {
      part = await this.#open();
      this.#stop.signal.throwIfAborted();
    } catch (error) {
      this.#end();
      throw error;
    }
    const { contentType, start, totalBytes } = part.head;
    const headers = new Headers();
    if (contentType !== null) headers.set('content-type', contentType);
    if (totalBytes !== null) headers.set('content-length', String(totalBytes - start));
    const body = new ReadableStream({
      type: 'bytes',
      start: (controller) => {
        this.#controller = controller;
      },
      pull: (controller) => this.#pull(controller),
      cancel: () => this.#end(),
    });
    return new Response(body, { status: start === 0 ? 200 : 206, headers });
  }

  /** The next answer, which is left again where everything has ended in the moment in which it came. */
  async #open(): Promise<FilePart> {
    const part = await this.#source.open();
    this.#part = part;
    if (this.#stop.signal.aborted) this.#leavePart();
    return part;
  }

  /** Closes the connection, stops what is under way, and leaves nothing behind. */
  #end(reason?: unknown): void {
    this.#stopListening();
    this.#stop.abort(reason);
    this.#leavePart();
  }

  #leavePart(): void {
    clearTimeout(this.#timer);
    this.#part?.reader.cancel().catch(() => {});
    this.#part = undefined;
  }

  async #pull(controller: ReadableByteStreamController): Promise<void> {
    try {
      const chunk = await this.#next();
      await this.#report(chunk === undefined);
      this.#stop.signal.throwIfAborted();
      if (chunk !== undefined) return controller.enqueue(chunk);
      controller.close();
      // Who reads into memory of their own gets it back.
      controller.byobRequest?.respond(0);
      this.#end();
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** The next bytes; `undefined` at the end of the file. */
  async #next(): Promise<Bytes | undefined> {
    const source = this.#source;
    for (;;) {
      const { head, reader } = this.#part ?? (await this.#open());
      const { value, done, cause } = await this.#read(reader);
      this.#stop.signal.throwIfAborted();
      if (value !== undefined) {
        if (value.byteLength === 0) continue;
        source.take(value.byteLength, head);
        // The stream takes the whole of its memory over, which may be a pool that others use.
        return value.byteLength === value.buffer.byteLength ? value : value.slice();
      }
      this.#leavePart();
      const { position, totalBytes } = source;
      const isEnd = totalBytes === null ? done && head.end === null : position === totalBytes;
      if (isEnd && position > 0) return undefined;
      // A server may give less than was asked for: the rest is asked for next.
      if (done && position > head.start && position === head.end) continue;
      const why = cause === undefined ? `${position} bytes came` : innermost(cause);
      await source.retry(source.error(`the connection ended too early (${why})`, { cause }));
    }
  }

  /** Reads on. The clock runs only here: a reader that takes its time is no silent server. */
  async #read(
    reader: FilePart['reader'],
  ): Promise<{ value?: Bytes | undefined; done?: boolean; cause?: unknown }> {
    const timeout = this.#timeout;
    const silence = new Promise<never>((_, reject) => {
      this.#timer = setTimeout(() => reject(new Error(`silent for ${duration(timeout)}`)), timeout);
    });
    try {
      return await Promise.race([reader.read(), silence]);
    } catch (cause) {
      return { cause };
    } finally {
      clearTimeout(this.#timer);
    }
  }

  async #report(isLast: boolean): Promise<void> {
    const { onProgress } = this.#options;
    const now = performance.now();
    if (onProgress === undefined || (!isLast && now - this.#reportedAt < PROGRESS_INTERVAL)) return;
    this.#reportedAt = now;
    const { receivedBytes, totalBytes } = this.#source;
    await onProgress({ receivedBytes, totalBytes });
  }
}
