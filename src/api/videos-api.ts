import ky, { type Options as KyOptions } from 'ky';
import pRetry from 'p-retry';
import {
  ApiError,
  captureStack,
  InvalidResponseError,
  RequestTimeoutError,
  VideosError,
} from '../errors/index.ts';
import { throwIfAborted } from '../internal/abort.ts';
import { backOff } from '../internal/back-off.ts';
import { discard, readReply } from '../internal/body.ts';
import { redactData, redactError } from '../internal/redact.ts';
import { uncached } from '../internal/runtime.ts';
import { sleep } from '../internal/sleep.ts';
import { type TimeLimit, withTimeLimit } from '../internal/time-limit.ts';
import { bareUrl, parseUrl } from '../internal/url.ts';
import { checkApiKey } from '../options/api-key.ts';
import { absoluteBaseUrl } from '../options/base-url.ts';
import type { ClientSettings } from '../options/client-settings.ts';
import { GET_RESULT_OPTIONS } from '../options/known-options.ts';
import { checkId } from '../options/task-id.ts';
import { checkOptions } from '../options/validate.ts';
import type { GetResultOptions } from '../options/wait-options.ts';
import type { Video } from '../video.ts';
import { connectionError, crowdedError, tooLateError } from './connection-errors.ts';
import { Gate, GateClosed } from './gate.ts';
import { type Answer, apiError, pausedError, readAnswer, redirectError } from './read-response.ts';
import type { WaitContext } from './wait-context.ts';

/** Redirects followed for one request, the number that the service's clients agree on. */
const MAX_REDIRECTS = 5;

/** Statuses whose `Location` is to be requested instead (RFC 9110 section 15.4). */
const REDIRECTS = [301, 302, 303, 307, 308];

/** A reply that breaks the contract, or is too long, would be the same a second later. */
function isWorthRetrying(error: unknown): boolean {
  if (!(error instanceof VideosError) || !error.isTransient) return false;
  return !(error instanceof InvalidResponseError) || error.issues.length === 0;
}

/** One client's way to the service. */
export class VideosApi {
  readonly #settings: ClientSettings;
  readonly #gate: Gate;
  /** Milliseconds that a request is in flight, smoothed as TCP does its round trips (RFC 6298, section 2). */
  #usualTime = 0;
  /** The answer that asked for the pause that the gate is in. */
  #pausedBy: ApiError | undefined;
  /** The key that was used last, for redaction; `null` before the first. */
  #latestKey: string | null;

  constructor(settings: ClientSettings) {
    this.#settings = settings;
    this.#gate = new Gate(settings.maxConcurrency);
    this.#latestKey = typeof settings.apiKey === 'string' ? settings.apiKey : null;
  }

  /** Milliseconds that the client's rate-limit pause still lasts, or 0. */
  get pause(): number {
    return this.#gate.pause;
  }

  /** The key that was used last: what no error may show. */
  get latestKey(): string | null {
    return this.#latestKey;
  }

  /** Fetches a task's state; tried again after transient failures. */
  async getResult(id: string, options?: GetResultOptions, wait?: WaitContext): Promise<Video> {
    checkId(id, this.#latestKey);
    const { signal, ...given } = checkOptions(options, GET_RESULT_OPTIONS);
    const deadline = wait?.deadline;
    const timeout = given.timeout ?? this.#settings.timeout;
    const retries = given.maxRetries ?? this.#settings.maxRetries;

    let pause = 0;
    const attempt = (number: number) => {
      pause = backOff(number);
      return this.#attempt(id, { signal, deadline, timeout, pause });
    };
    const shouldRetry = async ({ error }: { error: Error }) => {
      const isTooLate = performance.now() + pause > (deadline ?? Number.POSITIVE_INFINITY);
      if (!isWorthRetrying(error) || isTooLate || this.#gate.refuses(deadline)) return false;
      wait?.onPause?.();
      await sleep(pause, signal);
      return true;
    };
    try {
      // p-retry counts; the pauses are ours, because they must end with the signal and respect the deadline. It is
      // given every option: filling in what is missing would cost more than all else it does.
      return await pRetry(attempt, {
        retries,
        shouldRetry,
        shouldConsumeRetry: () => true,
        onFailedAttempt: () => {},
        factor: 1,
        minTimeout: 0,
        maxTimeout: 0,
        maxRetryTime: Number.POSITIVE_INFINITY,
        randomize: false,
      });
    } catch (error) {
      // p-retry wraps a reason that is no Error.
      throwIfAborted(signal);
      // It was made by a timer, which knows nothing of who asked.
      if (error instanceof RequestTimeoutError) captureStack(error);
      throw error;
    }
  }

  async #attempt(
    taskId: string,
    options: Pick<GetResultOptions, 'signal'> & {
      deadline: number | undefined;
      timeout: number;
      pause: number;
    },
  ): Promise<Video> {
    const { signal, deadline, timeout, pause } = options;
    // A wait outlasts its deadline by one time limit at the most, however crowded the client is. What could only be cut
    // off by then is not sent: it would take the place of what could be answered.
    const end = Math.max(deadline ?? Number.POSITIVE_INFINITY, performance.now()) + timeout;
    const patience = { signal, deadline, giveUpAt: end - Math.min(2 * this.#usualTime, timeout / 2) };
    for (;;) {
      await this.#gate.enter(patience).catch((error: unknown) => {
        throw error instanceof GateClosed ? this.#notSent(taskId, timeout, error) : error;
      });
      const start = performance.now();
      try {
        const left = Math.max(0, Math.min(timeout, end - start));
        return await withTimeLimit(
          left,
          signal,
          () => tooLateError(taskId, timeout, left),
          (limit) => this.#exchange(taskId, limit, pause),
        );
      } catch (error) {
        // The service has asked for a pause meanwhile: from the start, once that is over.
        if (!(error instanceof GateClosed)) throw error;
      } finally {
        this.#usualTime += (performance.now() - start - this.#usualTime) / 8;
        this.#gate.leave();
      }
    }
  }

  #notSent(taskId: string, timeout: number, { cause }: GateClosed): VideosError {
    if (cause === 'paused' && this.#pausedBy) {
      return pausedError(taskId, this.#pausedBy, Math.ceil(this.#gate.pause));
    }
    return crowdedError(taskId, timeout, this.#settings.maxConcurrency);
  }

  /** Closes the gate for as long as the service asks; after a 429, for as long as the retry pauses at the least. */
  #heed(error: unknown, pause: number): void {
    if (!(error instanceof ApiError)) return;
    // A service that limits the rate, and names no time or none at all, would only limit it again.
    const least = error.name === 'RateLimitError' ? pause : 0;
    if (this.#gate.close(Math.max(error.retryAfter ?? 0, least))) this.#pausedBy = error;
  }

  /** Sends one request, and reads its answer. @throws {GateClosed} when the client pauses before it is sent. */
  async #exchange(taskId: string, limit: TimeLimit, pause: number): Promise<Video> {
    const key = await this.#apiKey(taskId);
    let head: ApiError | undefined;
    try {
      const response = await this.#send(taskId, key, limit);
      const answer: Answer = { taskId, response, text: '', isTooLong: false };
      const isError = response.status >= 300;
      if (isError) {
        // An answer with an error status is that error, whatever becomes of its body.
        const toError = () => this.#clean(apiError(answer), key);
        limit.timeoutError = toError;
        head = toError();
        this.#heed(head, pause);
      }
      await readReply(response, answer, limit).catch((cause: unknown) => {
        if (!isError) throw connectionError(taskId, 'the answer was cut off', cause);
      });
      const video = readAnswer(answer);
      // A video that has not come about may end up in an error; one that has is never touched.
      return key === null || video.status === 'completed' ? video : redactData(video, key);
    } catch (cause) {
      const error = this.#clean(cause, key);
      if (head === undefined) this.#heed(error, pause);
      // By now it has its words.
      else if (this.#pausedBy === head) this.#pausedBy = error as ApiError;
      throw error;
    }
  }

  #clean<E>(error: E, key: string | null): E {
    return key !== null && error instanceof VideosError ? redactError(error, key) : error;
  }

  async #apiKey(taskId: string): Promise<string | null> {
    const { apiKey } = this.#settings;
    if (typeof apiKey !== 'function') return apiKey;
    const failed = (cause: unknown) =>
      this.#clean(
        connectionError(taskId, 'the apiKey function failed', cause, 'apiKey function'),
        this.#latestKey,
      );
    let key: unknown;
    try {
      key = await apiKey();
    } catch (cause) {
      throw failed(cause);
    }
    try {
      this.#latestKey = checkApiKey(key, 'result of the apiKey function');
      return this.#latestKey;
    } catch (mistake) {
      // What has worked before is no mistake in the program, and may work again.
      throw this.#latestKey === null ? mistake : failed(mistake);
    }
  }

  /** Sends the request, following redirects within the service's origin: key and headers go nowhere else. */
  async #send(taskId: string, key: string | null, { signal }: TimeLimit): Promise<Response> {
    const { fetch } = this.#settings;
    const baseUrl = absoluteBaseUrl(this.#settings.baseUrl);
    const { origin } = new URL(baseUrl);
    const headers = new Headers(this.#settings.headers);
    if (key !== null) headers.set('authorization', `Bearer ${key}`);
    const init = uncached({ headers, signal, redirect: 'manual' });

    let url = `${baseUrl}/v1/result/${encodeURIComponent(taskId)}`;
    // A URL and an init: the fetch of another house does not know this one's `Request`.
    let sent: Promise<Response>;
    const options = {
      // Before ky clones its request, which nobody needs. It asks `fetch` too where the response is of another house.
      hooks: { beforeRequest: [() => (sent = fetch(url, init))] },
      fetch: () => sent,
      retry: 0,
      timeout: false as const,
      throwHttpErrors: false,
    } satisfies KyOptions;
    for (let redirects = 0; ; redirects++) {
      // Not every fetch heeds its signal.
      signal.throwIfAborted();
      // The key, or a redirect, may have taken long.
      if (this.#gate.pause > 0) throw new GateClosed('paused');
      const response = await ky(url, options).catch((cause: unknown) => {
        throw connectionError(taskId, 'no answer', cause);
      });
      const refuse = (why: string) => {
        discard(response);
        return redirectError({ taskId, response }, why);
      };
      // A fetch that follows redirects by itself may be elsewhere by now.
      const source = response.url === url ? null : parseUrl(response.url);
      if (source !== null && source.origin !== origin) throw refuse(`to another origin, ${bareUrl(source)}`);

      if (response.type === 'opaqueredirect') {
        // A browser hides where to, but can be told to stay on the page's origin; elsewhere nothing may be at stake.
        const isOwnOrigin = globalThis.location?.origin === origin;
        const isAtStake = !isOwnOrigin && !headers.keys().next().done;
        if (isAtStake || redirects === MAX_REDIRECTS) throw refuse('to where the browser does not say');
        init.redirect = 'follow';
        init.mode = isOwnOrigin ? 'same-origin' : 'cors';
        continue;
      }
      if (!REDIRECTS.includes(response.status)) return response;

      const location = response.headers.get('location');
      const target = location === null ? null : parseUrl(location, url);
      if (target === null) throw refuse('without saying where to');
      if (target.origin !== origin) throw refuse(`to another origin, ${bareUrl(target)}`);
      // No fetch takes a URL with a user in it.
      if (target.username || target.password) throw refuse(`to another user's ${bareUrl(target)}`);
      if (redirects === MAX_REDIRECTS)
        throw refuse(`more than ${MAX_REDIRECTS} times, last to ${bareUrl(target)}`);
      discard(response);
      url = target.href;
    }
  }
}
