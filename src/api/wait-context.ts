import type { GetResultOptions } from '../options/wait-options.ts';

/** What a look knows of the wait that it belongs to. */
export interface WaitOfLook {
  /** By when the wait ends, in the time of `performance.now()`. */
  readonly deadline: number;
  /** Called when the look pauses before it is tried again: its place may go to another. */
  readonly release?: (() => void) | undefined;
}

/**
 * Tells a look which wait it belongs to. A symbol, so that it is no option of anyone's; registered, so that a wait
 * and a client of two copies of the package agree.
 */
export const WAIT: unique symbol = Symbol.for('videos-client.wait') as never;

/** Options of a look that may be a wait's. */
export interface LookOptions extends GetResultOptions {
  [WAIT]?: WaitOfLook | undefined;
}
