import { afterEach, expect, it, vi } from 'vitest';
import { advanceTo, clockEpoch, now } from '../src/internal/clock.ts';
import { sleep } from '../src/internal/sleep.ts';

afterEach(() => void vi.useRealTimers());

/** Fake timers as those of node:test, which leave `performance.now` alone: it does not move here. */
function fakeTimersAlone(reading = 5_000): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.spyOn(performance, 'now').mockReturnValue(reading);
}

it('the time is what performance.now says', () => {
  vi.useFakeTimers();
  const start = now();
  vi.advanceTimersByTime(1_234);
  expect(now() - start).toBe(1_234);
  expect(now()).toBe(performance.now());
});

it.each([1, 999, 1_000, 1_001, 60_000])(
  'the time is %d ms later after a sleep of that length if fake timers leave the clock alone',
  async (ms) => {
    fakeTimersAlone();
    const start = now();
    for (let sleeps = 1; sleeps <= 3; sleeps++) {
      const pause = sleep(ms);
      await vi.advanceTimersByTimeAsync(ms);
      await pause;
      expect(now() - start).toBe(ms * sleeps);
    }
  },
);

it('the time moves on with the clock from where fake timers have left it', async () => {
  fakeTimersAlone();
  const start = now();
  const pause = sleep(60_000);
  await vi.advanceTimersByTimeAsync(60_000);
  await pause;
  vi.mocked(performance.now).mockReturnValue(5_010);
  expect(now() - start).toBe(60_010);
});

it('the time waits for the clock, and does not drift, if a real timer fires a little early', () => {
  fakeTimersAlone(5_000);
  const start = now();
  advanceTo(start + 10);
  expect(now() - start).toBe(10);
  vi.mocked(performance.now).mockReturnValue(5_009);
  expect(now() - start).toBe(10);
  vi.mocked(performance.now).mockReturnValue(5_011);
  expect(now() - start).toBe(11);
});

it('the time is not moved back by a timer that fires late', () => {
  fakeTimersAlone();
  const start = now();
  advanceTo(start - 50);
  expect(now()).toBe(start);
});

it('the time is that of the clock again once the clock goes back', async () => {
  fakeTimersAlone(900_000);
  const pause = sleep(60_000);
  await vi.advanceTimersByTimeAsync(60_000);
  await pause;
  vi.mocked(performance.now).mockReturnValue(5_000);
  expect(now()).toBe(5_000);
});

it('the epoch of the clock stays the same while time passes, and when two readings differ by less than a second', () => {
  fakeTimersAlone(5_000);
  const epoch = clockEpoch();
  vi.mocked(performance.now).mockReturnValue(60_000);
  expect(clockEpoch()).toBe(epoch);
  vi.mocked(performance.now).mockReturnValue(59_000);
  expect(clockEpoch()).toBe(epoch);
});

it('the epoch of the clock changes when the clock goes back', () => {
  fakeTimersAlone(5_000);
  const epoch = clockEpoch();
  vi.mocked(performance.now).mockReturnValue(3_999);
  expect(clockEpoch()).toBe(epoch + 1);
  expect(clockEpoch()).toBe(epoch + 1);
});

it('the epoch of the clock changes when another clock is put in place, also one that is ahead', () => {
  const epoch = clockEpoch();
  vi.useFakeTimers({ toFake: ['performance'] });
  expect(clockEpoch()).toBe(epoch + 1);
  vi.advanceTimersByTime(600_000);
  expect(clockEpoch()).toBe(epoch + 1);
  vi.useRealTimers();
  expect(clockEpoch()).toBe(epoch + 2);
});

it('the epoch of the clock changes when other timers are put in place', () => {
  const epoch = clockEpoch();
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  expect(clockEpoch()).toBe(epoch + 1);
});
