// Many waits at once, as an async iterator of their outcomes.

import type { WaitOptions } from '../options/wait-options.ts';
import { resolveWait } from '../options/wait-settings.ts';
import { Batch, type WaitOutcome } from './batch.ts';
import { checkIds, type Ids } from './id-input.ts';
import type { PollSource } from './poll-source.ts';
import { stoppable } from './stoppable-generator.ts';

/**
 * Waits for many tasks at once; see `VideosClient.waitForAll`.
 *
 * @param maxConcurrency - How many requests the client can have in flight.
 */
export function waitForAll(
  source: PollSource,
  maxConcurrency: number,
  ids: Ids,
  options?: WaitOptions,
): AsyncGenerator<WaitOutcome, void> {
  const resolve = () => {
    checkIds(ids);
    return resolveWait(source.polling, options);
  };
  return stoppable(resolve, async function* (settings) {
    const batch = new Batch({ source, maxConcurrency, settings, ids });
    while (!batch.isOver) {
      await batch.change();
      yield* batch.takeOutcomes();
    }
    batch.throwIfFailed();
  });
}
