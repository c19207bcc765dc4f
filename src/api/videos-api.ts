// What the API offers, as methods.

import type { ClientSettings } from '../options/client-settings.ts';
import type { CreateOptions, CreateVideoRequest } from '../options/create-options.ts';
import { CREATE_TIMEOUT } from '../options/defaults.ts';
import { CREATE_OPTIONS, GET_RESULT_OPTIONS } from '../options/known-options.ts';
import { checkId } from '../options/task-id.ts';
import { checkOptions } from '../options/validate.ts';
import type { GetResultOptions, WaitOptions } from '../options/wait-options.ts';
import type { Video } from '../video.ts';
import { createVideoRequest } from './create-request.ts';
import { getResultRequest } from './get-result-request.ts';
import { RequestSender } from './request-sender.ts';
import type { WaitContext } from './wait-context.ts';
import { writeCreateRequest } from './write-create-request.ts';

/** The requests of one client; waits poll it, and downloads renew their URLs by it. */
export class VideosApi {
  readonly settings: ClientSettings;
  readonly #sender: RequestSender;

  constructor(settings: ClientSettings) {
    this.settings = settings;
    this.#sender = new RequestSender(settings);
  }

  /** Milliseconds that one attempt may take. */
  get timeout(): number {
    return this.settings.timeout;
  }

  /** Defaults for every wait. */
  get polling(): Readonly<WaitOptions> {
    return this.settings.polling;
  }

  /** Milliseconds that the client's rate-limit pause still lasts, or 0. */
  get rateLimitRemaining(): number {
    return this.#sender.rateLimitRemaining;
  }

  /** The key that was used last, which no error may show. */
  get latestKey(): string | null {
    return this.#sender.latestKey;
  }

  /** Creates a task. Repeated only if that cannot create a second one. */
  async create(request: CreateVideoRequest, options?: CreateOptions): Promise<Video> {
    const body = writeCreateRequest(request);
    const { signal, timeout = CREATE_TIMEOUT } = checkOptions(options, CREATE_OPTIONS);
    const { maxRetries } = this.settings;
    const limits = {
      signal,
      timeout,
      maxRetries,
      deadline: undefined,
      maxQueueing: timeout,
      onPause: undefined,
    };
    return this.#sender.send(createVideoRequest(body), limits);
  }

  /** Fetches a task's state. */
  async getResult(id: string, options?: GetResultOptions): Promise<Video> {
    this.checkId(id);
    return this.poll(id, checkOptions(options, GET_RESULT_OPTIONS));
  }

  /** Fetches a task's state, as {@link VideosApi.getResult} does, with an id and options that have been checked. */
  poll(id: string, options: GetResultOptions, wait?: WaitContext): Promise<Video> {
    const { timeout, maxRetries } = this.settings;
    return this.#sender.send(getResultRequest(id), {
      signal: options.signal,
      timeout: options.timeout ?? timeout,
      maxRetries: options.maxRetries ?? maxRetries,
      deadline: wait?.deadline,
      onPause: wait?.onPause,
    });
  }

  /** @throws {@link TypeError} It is not a task id, or it contains the API key. */
  checkId(id: unknown): void {
    checkId(id, this.latestKey);
  }
}
