import type { VideosApi } from '../api/videos-api.ts';
import { DownloadError } from '../errors/index.ts';
import { backOff, isTransientStatus, MAX_SINGLE_PAUSE } from '../internal/back-off.ts';
import { discard, type ReplyText, readReply } from '../internal/body.ts';
import { parseRetryAfter } from '../internal/retry-after.ts';
import { sleep } from '../internal/sleep.ts';
import { duration, innermost, quote, shorten } from '../internal/text.ts';
import { type TimeLimit, withTimeLimit } from '../internal/time-limit.ts';
import { parseUrl } from '../internal/url.ts';
import type { ClientSettings } from '../options/client-settings.ts';
import { completedVideo } from './completed-video.ts';
import { type FileErrorMore, fileError } from './file-error.ts';
import {
  decodedBody,
  type FileHead,
  type FileMark,
  type FilePart,
  fileRequest,
  isSameFile,
  readHead,
} from './file-exchange.ts';
import type { Resume } from './resume.ts';

/** What a download takes over from its client. */
export type DownloadSettings = Pick<ClientSettings, 'fetch' | 'timeout' | 'maxRetries'>;

/** What a file server answers once a signed URL has expired. */
const EXPIRED = [401, 403, 404, 410];

/** Types that no video has: a page says in words, with status 200, what went wrong. */
const PAGE = /html|json|xml/i;

/** Where a file is, and who is asked when it is no longer there. */
export interface FileSourceOptions {
  api: VideosApi;
  settings: DownloadSettings;
  taskId: string;
  url: string;
  /** Stops whatever is under way. */
  signal: AbortSignal;
  resume: Resume | undefined;
}

/** The way to one file: knows which byte is due, and asks for it until it comes or there is no hope. */
export class FileSource {
  readonly #options: FileSourceOptions;
  #url: string;
  #status: number | null = null;
  #file: FileMark;
  #position: number;
  #furthest: number;
  /** Bytes that the body has brought, those that came again included. */
  #handedOut = 0;
  /** The first head of the file: what the caller has been promised. */
  #promise: FileHead | undefined;
  /** Failures in a row without a new byte. */
  #failures = 0;
  /** How far the file had come when its URL was last renewed: the next time must be earned. */
  #renewedAt = -1;

  constructor(options: FileSourceOptions) {
    const { offset = 0, validator = null } = options.resume ?? {};
    this.#options = options;
    this.#url = options.url;
    this.#position = offset;
    this.#furthest = offset;
    this.#file = { validator, totalBytes: null };
  }

  /** The byte that is due. */
  get position(): number {
    return this.#position;
  }

  /** How far the file has ever come: the same bytes again are no progress. */
  get receivedBytes(): number {
    return Math.min(this.#furthest, this.#file.totalBytes ?? Number.POSITIVE_INFINITY);
  }

  get totalBytes(): number | null {
    return this.#file.totalBytes;
  }

  /** Counts bytes that are handed out. @throws {DownloadError} where there are more than were promised. */
  take(byteLength: number, { end }: FileHead): void {
    if (end !== null && this.#position + byteLength > end) {
      throw this.error('the server sent more than it had promised', { isTransient: false });
    }
    this.#handedOut += byteLength;
    this.#position += byteLength;
    if (this.#position <= this.#furthest) return;
    this.#furthest = this.#position;
    this.#failures = 0;
  }

  /** Asks for the byte that is due, again and again where that may help. */
  async open(): Promise<FilePart> {
    for (;;) {
      const response = await this.#send();
      if (response === undefined) continue;
      try {
        const part = await this.#accept(response);
        if (part !== undefined) return part;
      } catch (error) {
        discard(response);
        throw error;
      }
    }
  }

  /** Pauses before the next try. @throws `error`, where there is none. */
  async retry(error: DownloadError, retryAfter = 0): Promise<void> {
    const { settings, signal } = this.#options;
    if (this.#failures >= settings.maxRetries || retryAfter > MAX_SINGLE_PAUSE) throw error;
    if (this.#position > 0 && this.#file.validator === null) {
      this.#startOver(
        'the server gives nothing to know the file by (a strong ETag, or Last-Modified)',
        error,
      );
    }
    this.#failures++;
    // A pause may outlast also a URL that has been renewed.
    this.#renewedAt = -1;
    await sleep(Math.max(backOff(this.#failures), retryAfter), signal);
  }

  error(what: string, more?: FileErrorMore): DownloadError {
    const { taskId, api } = this.#options;
    return fileError(what, {
      taskId,
      url: this.#url,
      status: this.#status,
      receivedBytes: this.#position,
      secret: api.latestKey,
      ...more,
    });
  }

  /** Sends one request; `undefined` where it failed, and may be sent again. */
  async #send(): Promise<Response | undefined> {
    const { settings, signal } = this.#options;
    const { timeout, fetch } = settings;
    const url = this.#checked(this.#url);
    const timeoutError = () => this.error(`no answer within ${duration(timeout)}`);
    try {
      const response = await withTimeLimit(timeout, signal, timeoutError, async (limit) => {
        const answer = await fetch(url, fileRequest(this.#position, this.#file.validator, limit.signal));
        if (limit.signal.aborted) discard(answer);
        return answer;
      });
      this.#status = response.status;
      return response;
    } catch (cause) {
      signal.throwIfAborted();
      await this.retry(
        cause instanceof DownloadError ? cause : this.error(`no answer (${innermost(cause)})`, { cause }),
      );
      return undefined;
    }
  }

  /** No other protocol, and no user: that would become an `Authorization` header. */
  #checked(text: string): string {
    const url = parseUrl(text);
    if (url !== null && !url.username && !url.password) return url.href;
    throw this.error('the URL is not http(s), or has a user in it', { isTransient: false });
  }

  /** The part that an answer brings; `undefined` where it brings none, and another may. */
  async #accept(response: Response): Promise<FilePart | undefined> {
    const { status, statusText, headers, url } = response;
    if (url) this.#checked(url);
    if (status === 200) return this.#acceptWhole(response);
    if (this.#position > 0 && (status === 206 || status === 416)) return this.#acceptRest(response);
    discard(response);
    if (EXPIRED.includes(status)) {
      await this.#renew();
      return undefined;
    }
    const isTransient = isTransientStatus(status);
    const error = this.error(`the server answered ${`${status} ${statusText}`.trim()}`, { isTransient });
    if (!isTransient) throw error;
    await this.retry(error, parseRetryAfter(headers.get('retry-after')) ?? 0);
    return undefined;
  }

  async #acceptWhole(response: Response): Promise<FilePart> {
    if (this.#position > 0)
      this.#startOver('the server sent the file from its start: it has changed, or its parts cannot be had');
    const { resume } = this.#options;
    const head = readHead(response) as FileHead;
    if (PAGE.test(head.contentType ?? '')) throw await this.#pageError(response);
    const isKept = this.#promise === undefined || this.#promise.totalBytes === head.totalBytes;
    if (!isKept && resume === undefined) throw this.error('the file has changed');
    await resume?.onStart(head.validator, this.#handedOut);
    return this.#part(response, head);
  }

  #acceptRest(response: Response): FilePart | undefined {
    const head = readHead(response);
    if (head?.start === this.#position && isSameFile(this.#file, response, head)) {
      const { validator, totalBytes } = this.#file;
      return this.#part(response, { ...head, validator, totalBytes: totalBytes ?? head.totalBytes });
    }
    discard(response);
    this.#startOver('the file has changed');
    return undefined;
  }

  #part(response: Response, head: FileHead): FilePart {
    this.#file = head;
    this.#promise ??= head;
    // At the end of the file there is nothing to read: the body of a 416 is words.
    const isEmpty = head.start === head.end;
    if (isEmpty) discard(response);
    const body = isEmpty ? null : this.#body(response);
    return { head, reader: (body ?? new Blob().stream()).getReader() };
  }

  #body(response: Response) {
    try {
      return decodedBody(response);
    } catch (cause) {
      const encoding = quote(response.headers.get('content-encoding'));
      const what = `the server encoded it as ${encoding}, in spite of being asked not to`;
      throw this.error(what, { isTransient: false, cause });
    }
  }

  /** Goes back to the first byte: allowed where nothing has been handed out, or whoever keeps it can drop it. */
  #startOver(why: string, cause?: unknown): void {
    if (this.#handedOut > 0 && this.#options.resume === undefined) {
      throw this.error(`it was cut off at byte ${this.#position}, and cannot go on from there: ${why}`, {
        cause,
      });
    }
    this.#position = 0;
    if (this.#handedOut === 0) this.#furthest = 0;
    this.#file = { validator: null, totalBytes: null };
  }

  /** One look at the task for a URL that is still good. */
  async #renew(): Promise<void> {
    const { api, taskId, signal } = this.#options;
    const refusal = `its URL has expired (HTTP ${this.#status})`;
    if (this.#renewedAt === this.#furthest) {
      throw this.error(`${refusal}, and so has the one that the service gave instead`, {
        isTransient: false,
      });
    }
    this.#renewedAt = this.#furthest;
    const { video_url } = await completedVideo(api, taskId, signal).catch((cause: unknown) => {
      if (!(cause instanceof DownloadError)) throw cause;
      // A look knows nothing of the file.
      const { url, status, receivedBytes } = this.error(refusal);
      throw Object.assign(cause, { url, status, receivedBytes });
    });
    if (video_url === this.#url) {
      throw this.error(`${refusal}, and the service gives no other`, { isTransient: false });
    }
    this.#url = video_url;
  }

  async #pageError(response: Response): Promise<DownloadError> {
    const { settings, signal } = this.#options;
    const page: ReplyText = { text: '', isTooLong: false };
    const read = (limit: TimeLimit) => readReply(response, page, limit);
    // What has come by then will do.
    await withTimeLimit(settings.timeout, signal, () => new Error(), read).catch(() =>
      signal.throwIfAborted(),
    );
    const type = quote(response.headers.get('content-type'));
    return this.error(`it is no video, but ${type}: ${shorten(page.text)}`, { isTransient: false });
  }
}
