// What a wait polls: the client's own API, or anything with `getResult`.

import type { WaitContext } from '../api/wait-context.ts';
import { kindOf } from '../internal/text.ts';
import { checkId } from '../options/task-id.ts';
import type { VideoSource } from '../options/video-source.ts';
import type { GetResultOptions, WaitOptions } from '../options/wait-options.ts';
import type { Video } from '../video.ts';

/** `VideosApi` is one. */
export interface PollSource {
  /** To be called once, when a wait begins. @throws {@link TypeError} It is not a task id. */
  checkId(id: unknown): void;
  poll(id: string, options: GetResultOptions, wait: WaitContext): Promise<Video>;
  /** Milliseconds that a rate-limit pause still lasts, or 0. */
  readonly rateLimitRemaining: number;
  /** Milliseconds that one attempt may take. */
  readonly timeout: number | undefined;
  /** Defaults for every wait. */
  readonly polling: Readonly<WaitOptions> | undefined;
}

/**
 * Anything with `getResult`: it gets the documented options alone.
 *
 * @throws {@link TypeError} There is no such method.
 */
export function pollSourceOf(source: VideoSource): PollSource {
  const { timeout, polling, getResult } = Object(source) as VideoSource;
  if (typeof getResult !== 'function') {
    throw new TypeError(
      `Invalid client: it is ${kindOf(source)}. Expected a VideosClient, or an object with getResult.`,
    );
  }
  return {
    checkId,
    poll: (id, options) => source.getResult(id, options),
    rateLimitRemaining: 0,
    timeout,
    polling,
  };
}
