// The bytes of one file, in order, over as many connections as it takes.

import type { VideosApi } from '../api/videos-api.ts';
import { DownloadError } from '../errors/index.ts';
import { throwIfAborted } from '../internal/abort.ts';
import { backOff, isTransientStatus, MAX_SINGLE_PAUSE } from '../internal/back-off.ts';
import { readRetryAfter } from '../internal/retry-after.ts';
import { sleep } from '../internal/sleep.ts';
import { duration, innermost, quote, shorten } from '../internal/text.ts';
import { withTimeLimit } from '../internal/time-limit.ts';
import type { FetchResponse } from '../options/client-options.ts';
import type { ClientSettings } from '../options/client-settings.ts';
import type { ResumeFrom } from '../options/download-options.ts';
import { type BodyReader, type Bytes, bodyReader } from './body-reader.ts';
import { completedVideo } from './completed-video.ts';
import { decode } from './content-encoding.ts';
import { cannotResume, type DownloadFailure, downloadError } from './download-error.ts';
import { refusalOf } from './file-hosts.ts';
import { continues, type FilePart, hasChanged, type KnownFile, readPart } from './file-part.ts';
import { FIRST_BYTES, isPage } from './first-bytes.ts';
import { readChunk } from './read-chunk.ts';
import { discard, type FileRequest, sendFileRequest } from './send-file-request.ts';
import { isUsableValidator } from './validators.ts';

/** What a download needs of its client. */
export type DownloadSettings = Pick<
  ClientSettings,
  'fetch' | 'timeout' | 'maxRetries' | 'baseUrl' | 'allowPrivateFiles'
>;

export interface ResumableFileOptions {
  readonly api: VideosApi;
  readonly settings: DownloadSettings;
  readonly taskId: string;
  readonly url: string;
  readonly maxBytes: number;
  readonly resumeFrom: ResumeFrom | undefined;
  /** Stops everything. */
  readonly signal: AbortSignal;
}

/** A body that is being read. */
interface Connection {
  readonly part: FilePart;
  readonly contentType: string | null;
  readonly reader: BodyReader;
  /** Where in the file its next byte is. */
  at: number;
}

/** Where the body begins, and what it begins with; `undefined` where nothing of the file is missing. */
interface Opening {
  readonly start: number;
  readonly contentType: string | null;
  readonly firstBytes: Bytes | undefined;
}

const UNKNOWN: KnownFile = { validator: null, totalBytes: null };

export class ResumableFile {
  readonly #options: ResumableFileOptions;
  #url: string;
  #status: number | null = null;
  #file = UNKNOWN;
  /** How many bytes of the file have come, those before the body included. */
  #position = 0;
  #connection: Connection | undefined;
  /** Whether the body has begun: from then on the file must stay the same. */
  #hasBegun = false;
  #hasEnded = false;
  /** Whether parts are requested: not from a server whose parts made no sense. */
  #usesRanges = true;
  /** Consecutive failures without a new byte. */
  #failures = 0;
  /** Whether the URL has been renewed since the last new byte, or the last pause for another reason. */
  #isRenewed = false;

  constructor(options: ResumableFileOptions) {
    this.#options = options;
    this.#url = options.url;
    const { offset = 0, validator = null } = options.resumeFrom ?? {};
    if (offset === 0 || validator === null || !isUsableValidator(validator)) return;
    this.#position = offset;
    this.#file = { validator, totalBytes: null };
  }

  get receivedBytes(): number {
    return this.#position;
  }

  get validator(): string | null {
    return this.#file.validator;
  }

  get totalBytes(): number | null {
    return this.#file.totalBytes;
  }

  /** Connects, and reads the first bytes at once: they show whether there is a video at all. */
  async open(): Promise<Opening> {
    for (;;) {
      const connection = this.#connection ?? (await this.#connect());
      const start = this.#position;
      const bytes = await this.#advance(connection);
      if (bytes === 'again') continue;
      const firstBytes = start === 0 && bytes ? await this.#withoutPage(connection, bytes) : bytes;
      this.#hasBegun = true;
      return { start, contentType: connection.contentType, firstBytes };
    }
  }

  /** The next bytes; `undefined` at the end of the file. */
  async read(): Promise<Bytes | undefined> {
    while (!this.#hasEnded) {
      const bytes = await this.#advance(this.#connection ?? (await this.#connect()));
      if (bytes !== 'again') return bytes;
    }
    return undefined;
  }

  /** Closes the connection. */
  close(): void {
    this.#connection?.reader.cancel();
    this.#connection = undefined;
  }

  /** Reads once: new bytes; `undefined` at the end of the file; `again` where there were none. */
  async #advance(connection: Connection): Promise<Bytes | undefined | 'again'> {
    const { settings, signal } = this.#options;
    const { value, done, cause } = await readChunk(connection.reader, settings.timeout);
    throwIfAborted(signal);
    if (value !== undefined) return this.#take(connection, value) ?? 'again';

    this.close();
    const { part, at } = connection;
    const position = this.#position;
    const { totalBytes } = this.#file;
    const isEnd =
      totalBytes === null ? done && part.end === null && at === position : position === totalBytes;
    this.#hasEnded = isEnd === true && position > 0;
    if (this.#hasEnded) return undefined;
    // A server may send less than was requested: the rest is requested next.
    if (done && at === part.end && at > part.start) return 'again';
    const reason = cause === undefined ? `${position} bytes came` : innermost(cause);
    await this.#retry(this.#error(`the connection ended too early (${reason})`, { cause }));
    return 'again';
  }

  /** Counts bytes. @returns those of them that had not come before. */
  #take(connection: Connection, bytes: Bytes): Bytes | undefined {
    connection.at += bytes.byteLength;
    const { part, at } = connection;
    if (part.end !== null && at > part.end) {
      throw this.#error('the server sent more than it had announced', { isTransient: false });
    }
    const fresh = at - this.#position;
    if (fresh <= 0) return undefined;
    this.#position = at;
    this.#checkLength(at);
    this.#failures = 0;
    this.#isRenewed = false;
    return fresh === bytes.byteLength ? bytes : bytes.subarray(-fresh);
  }

  /** The first bytes of a file; more of them as long as they could be those of a page. @throws where they are. */
  async #withoutPage(connection: Connection, firstBytes: Bytes): Promise<Bytes> {
    const { contentType, reader } = connection;
    let bytes = firstBytes;
    while (isPage(contentType, bytes)) {
      const { value } =
        bytes.byteLength < FIRST_BYTES ? await readChunk(reader, this.#options.settings.timeout) : {};
      const more = value && this.#take(connection, value);
      if (more === undefined) {
        const text = shorten(new TextDecoder().decode(bytes.subarray(0, FIRST_BYTES), { stream: true }));
        const type = contentType === null ? 'a page without a type' : quote(contentType);
        throw this.#error(`it is not a video, but ${type}: ${text}`, { isTransient: false });
      }
      const longer = new Uint8Array(bytes.byteLength + more.byteLength);
      longer.set(bytes);
      longer.set(more, bytes.byteLength);
      bytes = longer;
    }
    return bytes;
  }

  /** Requests the byte that is due, again where that may help. */
  async #connect(): Promise<Connection> {
    for (;;) {
      const { from, validator } = this.#nextRange();
      const range = from > 0 && validator !== null && this.#usesRanges ? { from, validator } : null;
      const response = await this.#send(range);
      const connection = response && (await this.#accept(response, range !== null));
      if (connection === undefined) continue;
      this.#connection = connection;
      if (this.#options.signal.aborted) this.close();
      throwIfAborted(this.#options.signal);
      if (connection.part.totalBytes !== null) this.#checkLength(connection.part.totalBytes);
      return connection;
    }
  }

  /**
   * Where the next part is to begin: one byte early while the length of the file is unknown. Also a file that is
   * complete has a last byte, and its response says that the file is still the same, which that to a range behind the
   * end does not.
   */
  #nextRange(): { from: number; validator: string | null } {
    const { validator, totalBytes } = this.#file;
    if (this.#position > 0 && validator === null) throw this.#noValidatorError();
    return { from: totalBytes === null ? this.#position - 1 : this.#position, validator };
  }

  /** Sends one request; `undefined` where it failed, and another may not. */
  async #send(range: FileRequest['range']): Promise<FetchResponse | undefined> {
    const { settings, signal } = this.#options;
    const { timeout, fetch } = settings;
    const timeoutError = () => this.#error(`no response within ${duration(timeout)}`);
    const check = (url: URL | null) => {
      const refusal = refusalOf(url, settings);
      if (refusal !== null) throw this.#error(refusal, { isTransient: false });
    };
    try {
      const response = await withTimeLimit(timeout, signal, timeoutError, (limit) =>
        sendFileRequest(fetch, { url: this.#url, range, signal: limit.signal }, check),
      );
      this.#status = response.status;
      return response;
    } catch (cause) {
      throwIfAborted(signal);
      if (cause instanceof DownloadError && !cause.isTransient) throw cause;
      const reason = `no response (${innermost(cause)})`;
      await this.#retry(cause instanceof DownloadError ? cause : this.#error(reason, { cause }));
      return undefined;
    }
  }

  /** The connection whose body has what is due; `undefined` where it has not, and another may. */
  async #accept(response: FetchResponse, isRange: boolean): Promise<Connection | undefined> {
    const { status, headers } = response;
    if (status < 200 || status > 299) {
      discard(response);
      return this.#handleStatus(response, isRange);
    }
    const part = readPart(response);
    const isLengthKnown = this.#hasBegun || this.#position === 0 || part?.totalBytes !== null;
    if (part && isLengthKnown && continues(this.#file, part, headers, this.#position)) {
      return this.#use(response, part);
    }
    if (part?.start === 0 && !this.#hasBegun) {
      this.#startOver();
      return this.#use(response, part);
    }
    discard(response);
    return this.#handleMismatch(
      part === null
        ? 'the server does not say which part of the file it sent'
        : 'the server sent another part',
      !isRange || (part !== null && hasChanged(this.#file, part, headers)),
    );
  }

  #use(response: FetchResponse, part: FilePart): Connection {
    const { validator, totalBytes } = this.#file;
    const isSame = this.#position > 0;
    this.#file = isSame ? { validator, totalBytes: totalBytes ?? part.totalBytes } : part;
    const { headers } = response;
    try {
      const reader = bodyReader(response, (stream) => decode(stream, headers));
      return { part, reader, contentType: headers.get('content-type'), at: part.start };
    } catch (cause) {
      const encoding = quote(headers.get('content-encoding'));
      discard(response);
      const reason = `the server encoded it as ${encoding}, in spite of being asked not to`;
      throw this.#error(reason, { isTransient: false, cause });
    }
  }

  async #handleStatus({ status, statusText, headers }: FetchResponse, isRange: boolean): Promise<undefined> {
    const reason = `the server answered ${`${status} ${statusText}`.trim()}`;
    if (status === 416 && isRange) return this.#handleMismatch(reason, false);
    if (status >= 400 && !isTransientStatus(status)) return this.#renew(reason);
    await this.#retry(this.#error(reason), readRetryAfter(headers).pause);
  }

  /** What came cannot be joined to what is there: drops that where it may, else requests the whole file. */
  async #handleMismatch(reason: string, isFinal: boolean): Promise<undefined> {
    if (this.#position > 0 && !this.#hasBegun) return this.#startOver();
    if (this.#position > 0 && isFinal)
      throw this.#cannotResumeError('the file has changed, or cannot be identified');
    this.#usesRanges = false;
    await this.#retry(this.#error(reason));
  }

  /** Back to the first byte: allowed while the caller has none. */
  #startOver(): undefined {
    this.#position = 0;
    this.#file = UNKNOWN;
  }

  /** Fetches the task once for a URL that is still good. */
  async #renew(reason: string): Promise<undefined> {
    const { api, taskId, signal } = this.#options;
    if (this.#isRenewed) return this.#retry(this.#error(`${reason}, also at its new URL`), 0, true);
    this.#isRenewed = true;
    const { video_url } = await completedVideo(api, taskId, signal).catch((cause: unknown) => {
      if (!(cause instanceof DownloadError)) throw cause;
      // The state of the task says nothing about the file.
      const { url, status, receivedBytes } = this.#error(reason);
      throw Object.assign(cause, { url, status, receivedBytes });
    });
    const isSame = video_url === this.#url;
    this.#url = video_url;
    if (isSame)
      await this.#retry(this.#error(`${reason}, and the service returns the same URL again`), 0, true);
  }

  /** Pauses before the next attempt. @throws `error`, where there is none. */
  async #retry(error: DownloadError, retryAfter = 0, isRenewed = false): Promise<undefined> {
    const { settings, signal } = this.#options;
    if (this.#failures >= settings.maxRetries || retryAfter > MAX_SINGLE_PAUSE) throw error;
    if (this.#position > 0 && this.#file.validator === null) throw this.#noValidatorError(error);
    this.#failures++;
    // A pause may outlast also a URL that has been renewed.
    this.#isRenewed = isRenewed;
    await sleep(Math.max(backOff(this.#failures), retryAfter), signal);
  }

  #checkLength(bytes: number): void {
    const { maxBytes } = this.#options;
    if (bytes <= maxBytes) return;
    throw this.#error(`it is longer than maxBytes (${maxBytes})`, { isTransient: false });
  }

  #noValidatorError(cause?: unknown): DownloadError {
    const reason = 'the server gives nothing to identify it by (a strong ETag, or Last-Modified)';
    return this.#cannotResumeError(reason, cause);
  }

  #cannotResumeError(reason: string, cause?: unknown): DownloadError {
    return this.#error(`it was cut off at byte ${this.#position}, and cannot be resumed: ${reason}`, {
      cause: cannotResume(reason, cause),
    });
  }

  #error(reason: string, failure?: DownloadFailure): DownloadError {
    const { taskId, api } = this.#options;
    return downloadError(reason, {
      taskId,
      url: this.#url,
      status: this.#status,
      receivedBytes: this.#position,
      key: api.latestKey,
      ...failure,
    });
  }
}
