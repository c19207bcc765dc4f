// What fetches the state of a task: a client, or an object in its place.

import type { Video } from '../video.ts';
import type { GetResultOptions, WaitOptions } from './wait-options.ts';

/**
 * What waits and downloads need of a client.
 *
 * @category Options
 */
export interface VideoSource {
  /** Fetches the task's current state. It must settle by itself: a wait stops a request only through `signal`. */
  getResult(id: string, options?: GetResultOptions): Promise<Video>;
  /**
   * Milliseconds that one attempt may take. A poll that lasts longer at the deadline is assumed lost while the machine
   * slept, and is repeated once.
   */
  readonly timeout?: number;
  /** Defaults for every wait. */
  readonly polling?: Readonly<WaitOptions>;
}
