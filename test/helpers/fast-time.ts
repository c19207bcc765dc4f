import { vi } from 'vitest';

/**
 * Lets a millisecond pass with every turn of the event loop, until it is called off: for real sockets, whose pauses
 * and time limits are not to be waited for. A busy machine is slow to turn, so that no answer comes too late.
 */
export function startFastTime(): () => void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  let next: NodeJS.Immediate;
  const turn = () => {
    vi.advanceTimersByTime(1);
    next = setImmediate(turn);
  };
  turn();
  return () => {
    clearImmediate(next);
    vi.useRealTimers();
  };
}
