import { expect, it, vi } from 'vitest';
import { backOff, firstBackOff, MAX_BACK_OFF, retrySchedule } from '../src/internal/back-off.ts';

it.each([
  [0, 250],
  [0.5, 375],
  [1 - Number.EPSILON, 500],
])('the first pause is between 250 and 500 ms: for the draw %d it is %d', (draw, pause) => {
  vi.spyOn(Math, 'random').mockReturnValue(draw);
  expect(firstBackOff()).toBe(pause);
});

it('each pause is twice the one before it, up to 16 times the first', () => {
  expect([1, 2, 3, 4, 5, 6, 7].map((attempt) => backOff(attempt, 500))).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
  ]);
  expect(backOff(99, 500)).toBe(MAX_BACK_OFF);
  expect(backOff(99, 250)).toBe(4_000);
});

it('p-retry gets the same pauses', () => {
  const { minTimeout, factor, maxTimeout } = retrySchedule(300);
  const ofLibrary = [1, 2, 3, 4, 5, 6].map((attempt) =>
    Math.min(minTimeout * factor ** (attempt - 1), maxTimeout),
  );
  expect(ofLibrary).toEqual([1, 2, 3, 4, 5, 6].map((attempt) => backOff(attempt, 300)));
});
