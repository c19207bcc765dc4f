import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type TimeLimit, withTimeLimit } from '../src/internal/time-limit.ts';
import { failureOf } from './helpers/failure-of.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const late = () => new Error('too late');
const never = () => new Promise<never>(() => {});

it('work that ends in time has its result, and leaves no timer and no listener', async () => {
  const { signal } = new AbortController();
  expect(await withTimeLimit(1_000, signal, late, async () => 'done')).toBe('done');
  await vi.advanceTimersByTimeAsync(0);
  expect([vi.getTimerCount(), getEventListeners(signal, 'abort')]).toEqual([0, []]);
});

it('work that ignores its signal ends with the error of the time limit, to the millisecond', async () => {
  let error: unknown;
  withTimeLimit(1_000, undefined, late, never).catch((reason: unknown) => (error = reason));
  await vi.advanceTimersByTimeAsync(999);
  expect(error).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(error).toEqual(late());
});

it('the work may say which error the end of its time is', async () => {
  const work = (limit: TimeLimit) => {
    limit.timeoutError = () => new Error('no response');
    return never();
  };
  const error = failureOf(withTimeLimit(1_000, undefined, late, work));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await error).toEqual(new Error('no response'));
});

it('an abort ends the work at once with its reason, and the signal of the work with it', async () => {
  const controller = new AbortController();
  let signal: AbortSignal | undefined;
  const onEnd = vi.fn();
  const error = failureOf(
    withTimeLimit(1_000, controller.signal, late, (limit) => {
      signal = limit.signal;
      limit.onEnd = onEnd;
      return never();
    }),
  );
  controller.abort('enough');
  expect(await error).toBe('enough');
  expect([signal?.reason, onEnd.mock.calls.length, vi.getTimerCount()]).toEqual(['enough', 1, 0]);
});

it('work whose caller has aborted already is not begun', async () => {
  const work = vi.fn(never);
  expect(await failureOf(withTimeLimit(1_000, AbortSignal.abort('before'), late, work))).toBe('before');
  expect(work).not.toHaveBeenCalled();
});
