// What tests of rate limits share: refused requests, and pauses that are known in advance.
import { afterEach, beforeEach, vi } from 'vitest';
import type { Step } from './fetch-service.ts';

/** For every test of a file: fake timers, and the shortest pauses before a retry (0.25 s, 0.5 s, 1 s). */
export function useShortestPauses(): void {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => void vi.useRealTimers());
}

/** Refuses a request with this status, and this `Retry-After`. */
export const refusal =
  (status: number, retryAfter?: string): Step =>
  () =>
    Response.json(
      { message: 'slow down' },
      { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } },
    );
