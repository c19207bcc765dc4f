// The bytes of one file, in order, over as many connections as it takes.

import type { DownloadError } from '../errors/index.ts';
import { throwIfAborted } from '../internal/abort.ts';
import { type Bytes, discard } from '../internal/body-reader.ts';
import { quote, rootCauseMessage } from '../internal/text.ts';
import type { FetchResponse } from '../options/client-options.ts';
import type { ResumeFrom } from '../options/download-options.ts';
import { CannotResumeError } from './cannot-resume-error.ts';
import { type Connection, openConnection } from './connection.ts';
import { decideOnResponse } from './decide-on-response.ts';
import { type FilePart, isFileComplete, type KnownFile, mismatch, readPart } from './file-part.ts';
import { FileRequests, type FileRequestsOptions } from './file-requests.ts';
import { concat, FIRST_BYTES, isPage, quotePage } from './first-bytes.ts';
import { readChunk } from './read-chunk.ts';
import type { FileRequest } from './send-file-request.ts';
import { isUsableValidator } from './validators.ts';

export interface ResumableFileOptions extends FileRequestsOptions {
  readonly maxBytes: number;
  readonly resumeFrom: ResumeFrom | undefined;
}

/** Where the body begins, and what it begins with; `undefined` if nothing of the file is missing. */
type Opening = Pick<Connection, 'contentType'> & {
  readonly start: number;
  readonly firstBytes: Bytes | undefined;
};

const UNKNOWN: KnownFile = { validator: null, totalBytes: null };

export class ResumableFile {
  readonly #options: ResumableFileOptions;
  readonly #requests: FileRequests;
  #file = UNKNOWN;
  /** How many bytes of the file have come, those before the body included. */
  #position = 0;
  #connection: Connection | undefined;
  /** Whether the body has begun: from then on the file must stay the same. */
  #hasBegun = false;
  #hasEnded = false;
  /** Whether parts are requested: no longer from a server that has sent a wrong part. */
  #usesRanges = true;

  constructor(options: ResumableFileOptions) {
    this.#options = options;
    this.#requests = new FileRequests(options);
    const { offset = 0, validator = null } = options.resumeFrom ?? {};
    if (offset === 0 || validator === null || !isUsableValidator(validator)) return;
    this.#position = offset;
    this.#requests.progress(offset);
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

  /** Reads once: new bytes; `undefined` at the end of the file; `again` if there were none. */
  async #advance(connection: Connection): Promise<Bytes | undefined | 'again'> {
    const { api, signal } = this.#options;
    const { value, done, cause } = await readChunk(connection.reader, api.timeout);
    throwIfAborted(signal);
    if (value !== undefined) return this.#take(connection, value) ?? 'again';

    this.close();
    const { part, at } = connection;
    this.#hasEnded = isFileComplete(this.#file, this.#position, connection, done === true);
    if (this.#hasEnded) return undefined;
    // A server may send less than was requested: the rest is requested next.
    if (done && at === part.end && at > part.start) return 'again';
    const reason = cause === undefined ? `${this.#position} bytes came` : rootCauseMessage(cause);
    const error = this.#requests.error(`the connection ended too early (${reason})`, { cause });
    // Without a pause.
    if (!this.#requests.isExhausted) this.#checkResumable(error);
    await this.#requests.retry(error);
    return 'again';
  }

  /** Counts bytes. @returns those of them that had not come before. */
  #take(connection: Connection, bytes: Bytes): Bytes | undefined {
    connection.at += bytes.byteLength;
    const { part, at } = connection;
    if (part.end !== null && at > part.end) {
      throw this.#requests.error('the server sent more than it had announced', { isTransient: false });
    }
    const fresh = at - this.#position;
    if (fresh <= 0) return undefined;
    this.#position = at;
    this.#requests.progress(at);
    this.#checkLength(at);
    return fresh === bytes.byteLength ? bytes : bytes.subarray(-fresh);
  }

  /** The first bytes of a file, more of them as long as they could begin a page. @throws {@link DownloadError} It is one. */
  async #withoutPage(connection: Connection, firstBytes: Bytes): Promise<Bytes> {
    const { contentType, reader } = connection;
    let bytes = firstBytes;
    while (isPage(contentType, bytes)) {
      const { value } =
        bytes.byteLength < FIRST_BYTES ? await readChunk(reader, this.#options.api.timeout) : {};
      const more = value && this.#take(connection, value);
      if (more === undefined) {
        const reason = `it is not a video, but ${quotePage(contentType, bytes)}`;
        throw this.#requests.error(reason, { isTransient: false });
      }
      bytes = concat(bytes, more);
    }
    return bytes;
  }

  /** Requests the byte that is due, again if that may help. */
  async #connect(): Promise<Connection> {
    const { signal } = this.#options;
    for (;;) {
      this.#checkResumable();
      const range = this.#nextRange();
      const response = await this.#requests.send(range);
      const part = response && (await this.#accept(response, range !== null));
      if (response === undefined || part === undefined) continue;
      const connection = this.#open(response, part);
      this.#connection = connection;
      if (signal.aborted) this.close();
      throwIfAborted(signal);
      if (part.totalBytes !== null) this.#checkLength(part.totalBytes);
      return connection;
    }
  }

  /**
   * The part to request: from one byte early while the length of the file is unknown. A file that is complete has a
   * last byte, too, and the response to that says whether the file is still the same; one to a range behind the end
   * does not.
   */
  #nextRange(): FileRequest['range'] {
    const { validator, totalBytes } = this.#file;
    if (this.#position === 0 || validator === null || !this.#usesRanges) return null;
    const from = totalBytes === null ? this.#position - 1 : this.#position;
    return from > 0 ? { from, validator } : null;
  }

  /** The part that a response has, if it has what is due; `undefined` if another response may have it. */
  async #accept(response: FetchResponse, isRange: boolean): Promise<FilePart | undefined> {
    const { status, headers } = response;
    const part = status === 416 ? null : readPart(response);
    const state = { file: this.#file, position: this.#position, hasBegun: this.#hasBegun };
    const decision = decideOnResponse(state, part, headers, isRange);
    if (decision === 'acceptFromStart' || decision === 'startOver') this.#startOver();
    if (part !== null && (decision === 'accept' || decision === 'acceptFromStart')) return this.#note(part);

    discard(response);
    if (decision === 'changed') {
      throw this.#cannotResumeError('the file has changed, or cannot be identified');
    }
    const isNew = this.#usesRanges && isRange;
    this.#usesRanges = false;
    // The whole file may be had at once.
    if (!isNew) await this.#requests.retry(this.#requests.error(mismatch(status, part)));
    return undefined;
  }

  /** Notes what a part says about its file. */
  #note(part: FilePart): FilePart {
    const { validator, totalBytes } = this.#file;
    this.#file = this.#position === 0 ? part : { validator, totalBytes: totalBytes ?? part.totalBytes };
    return part;
  }

  #open(response: FetchResponse, part: FilePart): Connection {
    try {
      return openConnection(response, part);
    } catch (cause) {
      discard(response);
      const encoding = quote(response.headers.get('content-encoding'));
      const reason = `the server encoded it as ${encoding}, which was not accepted`;
      const advice = 'Its server has to send it unencoded.';
      throw this.#requests.error(reason, { isTransient: false, advice, cause });
    }
  }

  /** Back to the first byte: allowed while the caller has none. */
  #startOver(): void {
    this.#position = 0;
    this.#requests.progress(0, false);
    this.#file = UNKNOWN;
  }

  #checkLength(bytes: number): void {
    const { maxBytes } = this.#options;
    if (bytes <= maxBytes) return;
    const advice = 'Raise maxBytes if you trust this file.';
    throw this.#requests.error(`it is longer than maxBytes (${maxBytes})`, { isTransient: false, advice });
  }

  #checkResumable(cause?: unknown): void {
    if (this.#position === 0 || this.#file.validator !== null) return;
    const reason = 'the server gives nothing to identify it by (a strong ETag, or Last-Modified)';
    throw this.#cannotResumeError(reason, cause);
  }

  #cannotResumeError(reason: string, cause?: unknown): DownloadError {
    const message = `it was cut off at byte ${this.#position}, and cannot be resumed: ${reason}`;
    const { taskId } = this.#options;
    return this.#requests.error(message, { cause: new CannotResumeError(reason, taskId, cause) });
  }
}
