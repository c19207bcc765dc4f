// Sends requests to the API: each attempt with its place, its key, its time limit and its redirects.

import type { KyInstance } from 'ky';
import { ApiError, AuthenticationError, VideosError } from '../errors/index.ts';
import { throwIfAborted } from '../internal/abort.ts';
import { now } from '../internal/clock.ts';
import { readReply } from '../internal/read-reply.ts';
import { redactError } from '../internal/redact.ts';
import { isWorkerd, uncached } from '../internal/runtime.ts';
import { type TimeLimit, withTimeLimit } from '../internal/time-limit.ts';
import { absoluteBaseUrl } from '../options/base-url.ts';
import type { ClientSettings } from '../options/client-settings.ts';
import { ApiKeySource } from './api-key-source.ts';
import type { ApiRequest, Reply, RequestLimits, RequestSubject } from './api-request.ts';
import { bodyOnce } from './body-once.ts';
import { ConcurrencyLimit, type Place } from './concurrency-limit.ts';
import { createKy, FetchFailure, type RequestOptions } from './create-ky.ts';
import { followRedirects } from './follow-redirects.ts';
import {
  attemptTimeoutError,
  connectionError,
  keyTimeoutError,
  noPlaceError,
  pausedError,
} from './no-response-errors.ts';
import { RateLimitPause } from './rate-limit-pause.ts';
import { type StartedAttempt, startAttempt } from './report-attempt.ts';
import { RequestState } from './request-state.ts';
import { apiError, pauseAfter, requestIdOf } from './response-errors.ts';
import { withRetries } from './with-retries.ts';

/** Thrown when a rate-limit pause has begun before the attempt was sent: the attempt starts over after the pause. */
const PAUSED = Symbol('paused');

export class RequestSender {
  readonly #settings: ClientSettings;
  readonly #ky: KyInstance;
  readonly #keys: ApiKeySource;
  readonly #pause = new RateLimitPause();
  /** None on Cloudflare Workers, where no request may wait for another. */
  readonly #limit: ConcurrencyLimit | undefined;

  constructor(settings: ClientSettings) {
    this.#settings = settings;
    this.#ky = createKy(settings);
    this.#keys = new ApiKeySource(settings.apiKey);
    this.#limit = isWorkerd() ? undefined : new ConcurrencyLimit(settings.maxConcurrency);
  }

  /** Milliseconds that the rate-limit pause still lasts, or 0. */
  get rateLimitRemaining(): number {
    return this.#pause.remaining;
  }

  /** The key that was used last, which no error may show. */
  get latestKey(): string | null {
    return this.#keys.latest;
  }

  /** Sends a request until an attempt succeeds, fails permanently, or there are no more retries. */
  send<T>(request: ApiRequest<T>, limits: RequestLimits): Promise<T> {
    const state = new RequestState(this.#settings.onAttempt);
    return withRetries({
      request,
      limits,
      state,
      pause: this.#pause,
      attempt: () => this.#attempt(request, limits, state),
    });
  }

  /** One attempt; two, if the service refuses a key and a function may return another. */
  async #attempt<T>(request: ApiRequest<T>, limits: RequestLimits, state: RequestState): Promise<T> {
    const { timeout, deadline = Number.POSITIVE_INFINITY } = limits;
    // A wait outlasts its deadline by one time limit at the most.
    const end = Math.max(deadline, now()) + timeout;
    for (;;) {
      const place = await this.#enter(request, limits, end);
      try {
        return await this.#timed(request, limits, state, end).catch((error: unknown) => {
          const isRenewable = error instanceof AuthenticationError && this.#keys.isFunction;
          if (!isRenewable || state.hasRenewedKey) throw error;
          state.hasRenewedKey = true;
          state.report(error, 0);
          return this.#timed(request, limits, state, end);
        });
      } catch (error) {
        if (error !== PAUSED) throw error;
        state.report(null, Math.ceil(this.#pause.remaining));
      } finally {
        if (place !== undefined) this.#limit?.leave(place);
      }
    }
  }

  /** Waits until the rate-limit pause is over, and takes a place. */
  async #enter(request: RequestSubject, limits: RequestLimits, end: number): Promise<Place | undefined> {
    const { signal, timeout, deadline, maxQueueing = Number.POSITIVE_INFINITY } = limits;
    // A request with a later place could only time out, and would keep the place from one that can succeed.
    const giveUpAt = Math.min(end - timeout / 2, now() + maxQueueing);
    for (;;) {
      while (this.#pause.remaining > 0) {
        const { cause } = this.#pause;
        if (cause !== undefined && this.#pause.outlasts(deadline)) {
          throw pausedError(request, cause, Math.ceil(this.#pause.remaining));
        }
        await this.#pause.sleep(signal);
      }
      if (this.#limit === undefined) return undefined;
      const place = await this.#limit.enter({ signal, giveUpAt, maxHold: 2 * timeout });
      if (place !== null) return place;
      if (now() >= giveUpAt) throw noPlaceError(request, timeout, this.#settings.maxConcurrency);
    }
  }

  #timed<T>(request: ApiRequest<T>, limits: RequestLimits, state: RequestState, end: number): Promise<T> {
    const { signal, timeout } = limits;
    const left = Math.max(0, Math.min(timeout, end - now()));
    return withTimeLimit(
      left,
      signal,
      () => attemptTimeoutError(request, timeout, left),
      async (limit) => {
        const { timeoutError } = limit;
        if (this.#keys.isFunction) limit.timeoutError = () => keyTimeoutError(request, timeout, left);
        const key = await this.#keys.next(request);
        limit.timeoutError = timeoutError;
        return this.#exchange(request, state, key, limit);
      },
    );
  }

  /** Sends the request once, and reads the reply. @throws {@link PAUSED} */
  async #exchange<T>(
    request: ApiRequest<T>,
    state: RequestState,
    key: string | null,
    limit: TimeLimit,
  ): Promise<T> {
    /** What an error response is by its headers alone. */
    let headersError: ApiError | undefined;
    try {
      const response = await this.#fetch(request, state, key, limit);
      const reply: Reply = { response, text: '', isTooLong: false };
      const isError = response.status >= 300;
      if (isError) {
        // A response with an error status is that error, even if its body cannot be read.
        const toError = () => this.#clean(apiError(request, reply), key);
        limit.timeoutError = toError;
        headersError = toError();
        this.#beginPause(headersError, reply, state);
      }
      await readReply(response, reply, limit).catch((cause: unknown) => {
        if (!isError) throw connectionError(request, 'the response was cut off', cause);
      });
      try {
        return request.read(reply, key);
      } catch (error) {
        if (error instanceof ApiError) {
          if (headersError === undefined) this.#beginPause(error, reply, state);
          else this.#pause.replaceCause(headersError, error);
        }
        throw error;
      }
    } catch (error) {
      throw this.#clean(error, key);
    }
  }

  /** Begins the pause that a response demands, as soon as its headers have come; its body completes the error later. */
  #beginPause(error: ApiError, reply: Reply, state: RequestState): void {
    if (this.#pause.begin(pauseAfter(reply, state.backOff), error)) this.#limit?.restart();
  }

  /** Sends the request, and follows redirects. */
  #fetch(
    request: ApiRequest<unknown>,
    state: RequestState,
    key: string | null,
    { signal }: TimeLimit,
  ): Promise<Response> {
    const { method, path, body, taskId } = request;
    const url = absoluteBaseUrl(this.#settings.baseUrl) + path;
    let started: StartedAttempt | undefined;
    const isConfidential = key !== null || !this.#settings.headers.keys().next().done;
    const send = async (target: string, init: RequestInit) => {
      // Not every fetch obeys its signal.
      throwIfAborted(signal);
      // Another response may have begun a pause while the key or a redirect was fetched.
      if (this.#pause.remaining > 0) throw PAUSED;
      started ??= startAttempt({ kind: 'api', method, url, taskId, attempt: ++state.sent, key });
      state.current = started;
      const options: RequestOptions = {
        method,
        context: { key },
        ownInit: uncached({ ...init, signal, ...(body === undefined ? {} : bodyOnce(body)) }),
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' } }),
      };
      const response = await this.#ky(target, options).catch((error: unknown) => {
        throw error instanceof FetchFailure ? connectionError(request, 'no response', error.cause) : error;
      });
      started.status = response.status;
      started.requestId = requestIdOf(response);
      return response;
    };
    return followRedirects({ request, url, isConfidential, send });
  }

  #clean<E>(error: E, key: string | null): E {
    return key !== null && error instanceof VideosError ? redactError(error, key) : error;
  }
}
