// What fetches the state of a task: a client, or an object in its place.

import type { Video } from '../video.ts';
import type { GetResultOptions, WaitOptions } from './wait-options.ts';

/**
 * What waits and downloads need of a client.
 *
 * @category Options
 */
export interface VideoSource {
  /** Fetches the task's current state. It has to settle by itself: a wait ends no request, except by its signal. */
  getResult(id: string, options?: GetResultOptions): Promise<Video>;
  /** Milliseconds that one attempt may take: what takes longer was lost while the machine slept. */
  readonly timeout?: number;
  /** Defaults for every wait. */
  readonly polling?: Readonly<WaitOptions>;
}
