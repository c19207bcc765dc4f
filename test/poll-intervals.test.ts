import fc from 'fast-check';
import { type PollIntervalsOptions, pollIntervals } from 'videos-client';
import { expect, it, vi } from 'vitest';

function first(count: number, options?: PollIntervalsOptions): number[] {
  const intervals = pollIntervals(options);
  return Array.from({ length: count }, () => intervals.next().value);
}

it('pollIntervals without jitter gives 30, 45, 60, 60, … seconds by default', () => {
  expect(first(6, { jitter: false })).toEqual([30_000, 45_000, 60_000, 60_000, 60_000, 60_000]);
});

it('pollIntervals without jitter grows by the factor up to maxInterval', () => {
  const options = { minInterval: 1_000, maxInterval: 10_000, factor: 2, jitter: false };
  expect(first(6, options)).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

it('pollIntervals without jitter stays at minInterval with a factor of 1', () => {
  expect(first(4, { factor: 1, jitter: false })).toEqual([30_000, 30_000, 30_000, 30_000]);
});

it('pollIntervals without jitter gives whole milliseconds', () => {
  const options = { minInterval: 100, maxInterval: 1_000, factor: 1.333, jitter: false };
  expect(first(5, options)).toEqual([100, 133, 178, 237, 316]);
});

it('pollIntervals with jitter spreads each pause by 20 % either way, and then clips it to the bounds', () => {
  const wide = { minInterval: 10_000, maxInterval: 100_000, factor: 2 };
  expect(first(5, { ...wide, random: () => 0 })).toEqual([10_000, 16_000, 32_000, 64_000, 80_000]);
  expect(first(5, { ...wide, random: () => 0.5 })).toEqual([10_000, 20_000, 40_000, 80_000, 100_000]);
  expect(first(5, { ...wide, random: () => 1 })).toEqual([12_000, 24_000, 48_000, 96_000, 100_000]);
});

it('pollIntervals with jitter draws a random number for each pause', () => {
  const draws = [0.25, 0.75, 0, 1];
  const random = () => draws.shift() ?? Number.NaN;
  expect(first(4, { random })).toEqual([30_000, 49_500, 48_000, 60_000]);
});

it('pollIntervals with jitter grows from the pause without jitter', () => {
  const draws = [1, 0.5, 0.5];
  const options = { minInterval: 10_000, maxInterval: 100_000, random: () => draws.shift() ?? Number.NaN };
  expect(first(3, options)).toEqual([12_000, 15_000, 22_500]);
});

it('pollIntervals with jitter draws from Math.random by default', () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.75);
  expect(first(3)).toEqual([33_000, 49_500, 60_000]);
});

it('pollIntervals without jitter draws no random number', () => {
  const random = vi.fn(() => 0);
  first(3, { jitter: false, random });
  expect(random).not.toHaveBeenCalled();
});

const bound = fc.integer({ min: 1, max: 10_000_000 });
const factor = fc.double({ min: 1, max: 1e6, noNaN: true });
const draw = fc.double({ min: 0, max: 1, noNaN: true });

it('pollIntervals with any options never leaves the bounds, over many draws', () => {
  fc.assert(
    fc.property(
      bound,
      bound,
      factor,
      fc.array(draw, { minLength: 1, maxLength: 50 }),
      (a, b, factor, draws) => {
        const options = { minInterval: Math.min(a, b), maxInterval: Math.max(a, b), factor };
        let turn = 0;
        const random = () => draws[turn++ % draws.length] ?? 0;
        for (const pause of first(50, { ...options, random })) {
          expect(pause).toBeGreaterThanOrEqual(options.minInterval);
          expect(pause).toBeLessThanOrEqual(options.maxInterval);
        }
      },
    ),
  );
});

it('pollIntervals with any options never shrinks without jitter, begins with minInterval, and reaches maxInterval', () => {
  fc.assert(
    fc.property(bound, bound, fc.double({ min: 2, max: 100, noNaN: true }), (a, b, factor) => {
      const options = { minInterval: Math.min(a, b), maxInterval: Math.max(a, b), factor, jitter: false };
      const pauses = first(25, options);
      const sorted = [...pauses].sort((left, right) => left - right);
      expect(pauses).toEqual(sorted);
      expect(pauses.at(0)).toBe(options.minInterval);
      expect(pauses.at(-1)).toBe(options.maxInterval);
    }),
  );
});

it('pollIntervals with any options moves the other default bound to the one that is given', () => {
  fc.assert(
    fc.property(bound, draw, (given, draw) => {
      const random = () => draw;
      for (const pause of first(5, { minInterval: given, random })) {
        expect(pause).toBeGreaterThanOrEqual(given);
        expect(pause).toBeLessThanOrEqual(Math.max(given, 60_000));
      }
      for (const pause of first(5, { maxInterval: given, random })) {
        expect(pause).toBeGreaterThanOrEqual(Math.min(given, 30_000));
        expect(pause).toBeLessThanOrEqual(given);
      }
    }),
  );
});

it('pollIntervals gives every caller a sequence of its own', () => {
  const [one, other] = [pollIntervals({ jitter: false }), pollIntervals({ jitter: false })];
  one.next();
  one.next();
  expect(other.next().value).toBe(30_000);
});
