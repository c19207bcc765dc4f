// Requests for one file, retried and under a renewed URL if that may help.

import { reportAttempt, type StartedAttempt, startAttempt } from '../api/report-attempt.ts';
import type { VideosApi } from '../api/videos-api.ts';
import { DownloadError } from '../errors/index.ts';
import { throwIfAborted } from '../internal/abort.ts';
import { backOff, MAX_SINGLE_PAUSE } from '../internal/back-off.ts';
import { discard } from '../internal/body-reader.ts';
import { isTransientStatus } from '../internal/http-status.ts';
import { readRetryAfter } from '../internal/retry-after.ts';
import { sleep } from '../internal/sleep.ts';
import { duration, rootCauseMessage } from '../internal/text.ts';
import { withTimeLimit } from '../internal/time-limit.ts';
import type { Fetch, FetchResponse } from '../options/client-options.ts';
import { completedVideo } from './completed-video.ts';
import { type DownloadFailure, downloadError } from './download-error.ts';
import { type FileRequest, sendFileRequest } from './send-file-request.ts';
import { urlRefusal } from './url-refusal.ts';

export interface FileRequestsOptions {
  readonly api: VideosApi;
  readonly taskId: string;
  readonly url: string;
  /** Stops everything. */
  readonly signal: AbortSignal;
}

export class FileRequests {
  readonly #options: FileRequestsOptions;
  #url: string;
  #status: number | null = null;
  /** Bytes of the file that have come, for errors. */
  #receivedBytes = 0;
  #attempts = 0;
  /** The attempt that is under way and not reported yet. */
  #attempt: StartedAttempt | undefined;
  /** Consecutive failures without a new byte. */
  #failures = 0;
  /** Whether the URL has been renewed since the last new byte, or the last pause for another reason. */
  #isRenewed = false;

  constructor(options: FileRequestsOptions) {
    this.#options = options;
    this.#url = options.url;
  }

  /** Notes how many bytes have come, new ones among them or not. */
  progress(receivedBytes: number, isNew = true): void {
    this.#receivedBytes = receivedBytes;
    if (!isNew) return;
    this.#failures = 0;
    this.#isRenewed = false;
  }

  /** A successful response, or 416 to a range; `undefined` if there was none, and another request may have one. */
  async send(range: FileRequest['range']): Promise<FetchResponse | undefined> {
    const { api, signal } = this.#options;
    const { timeout } = api;
    const timeoutError = () => this.error(`no response within ${duration(timeout)}`);
    let response: FetchResponse;
    try {
      response = await withTimeLimit(timeout, signal, timeoutError, (limit) =>
        sendFileRequest(this.#fetch, { url: this.#url, range, signal: limit.signal }, this.#check),
      );
    } catch (cause) {
      throwIfAborted(signal);
      const isOurs = cause instanceof DownloadError;
      await this.retry(isOurs ? cause : this.error(`no response (${rootCauseMessage(cause)})`, { cause }));
      return undefined;
    }
    const { status } = response;
    this.#status = status;
    if (this.#attempt) {
      this.#attempt.status = status;
      this.#attempt.requestId = response.headers.get('x-request-id');
    }
    if ((status >= 200 && status <= 299) || (status === 416 && range !== null)) {
      this.#report(null, null);
      return response;
    }
    discard(response);
    await this.#handleStatus(response);
    return undefined;
  }

  /** Redirects belong to the attempt that they redirect; a request that is never sent is not an attempt. */
  readonly #fetch: Fetch = (url, init) => {
    const { taskId, api } = this.#options;
    const about = { kind: 'file', method: 'GET', url, taskId, key: api.latestKey } as const;
    this.#attempt ??= startAttempt({ ...about, attempt: ++this.#attempts });
    return api.settings.fetch(url, init);
  };

  #report(error: DownloadError | null, retryIn: number | null): void {
    const attempt = this.#attempt;
    this.#attempt = undefined;
    if (attempt) reportAttempt(this.#options.api.settings.onAttempt, attempt, error, retryIn);
  }

  readonly #check = (url: URL | null, redirects: number): void => {
    const refusal = urlRefusal(url, redirects, this.#options.api.settings);
    if (refusal !== null) throw this.error(refusal.reason, { isTransient: false, advice: refusal.advice });
  };

  async #handleStatus({ status, statusText, headers }: FetchResponse): Promise<void> {
    const reason = `the server answered ${`${status} ${statusText}`.trim()}`;
    if (status >= 400 && !isTransientStatus(status)) return this.#renew(reason);
    await this.retry(this.error(reason), readRetryAfter(headers).pause);
  }

  /** Fetches the task once for a URL that is still good. */
  async #renew(reason: string): Promise<void> {
    const { api, taskId, signal } = this.#options;
    if (this.#isRenewed) return this.#retryRenewed(`${reason}, also at its new URL`);
    this.#isRenewed = true;
    this.#report(this.error(reason), null);
    const polled = api.poll(taskId, { signal }).then((video) => completedVideo(taskId, video));
    const { video_url } = await polled.catch((cause: unknown) => {
      if (!(cause instanceof DownloadError)) throw cause;
      // The state of the task says nothing about the file.
      const { url, status, receivedBytes } = this.error(reason);
      throw Object.assign(cause, { url, status, receivedBytes });
    });
    const isSame = video_url === this.#url;
    this.#url = video_url;
    if (isSame) await this.#retryRenewed(`${reason}, and the service returns the same URL again`);
  }

  /** The file may not have reached its host yet. */
  async #retryRenewed(reason: string): Promise<void> {
    await this.retry(this.error(reason));
    this.#isRenewed = true;
  }

  /** Pauses before the next attempt. @throws `error`, if there is none. */
  async retry(error: DownloadError, retryAfter = 0): Promise<void> {
    const { signal } = this.#options;
    if (!error.isTransient || this.isExhausted || retryAfter > MAX_SINGLE_PAUSE) {
      this.#report(error, null);
      throw error;
    }
    this.#failures++;
    const pause = Math.max(backOff(this.#failures), retryAfter);
    this.#report(error, pause);
    // A pause may outlast also a URL that has been renewed.
    this.#isRenewed = false;
    await sleep(pause, signal);
  }

  /** Whether no attempt is left. */
  get isExhausted(): boolean {
    return this.#failures >= this.#options.api.settings.maxRetries;
  }

  error(reason: string, failure?: DownloadFailure): DownloadError {
    const { taskId, api } = this.#options;
    return downloadError(reason, {
      taskId,
      url: this.#url,
      status: this.#status,
      receivedBytes: this.#receivedBytes,
      key: api.latestKey,
      ...failure,
    });
  }
}
