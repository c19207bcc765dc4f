// Fake time for tests with real sockets.
import { vi } from 'vitest';

/**
 * Lets a millisecond pass with every turn of the event loop, until the returned function is called: tests with real
 * sockets do not wait for pauses and time limits. A busy machine turns slowly, so that no response comes too late.
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
