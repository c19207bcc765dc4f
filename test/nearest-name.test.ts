import { expect, it } from 'vitest';
import { nearestName } from '../src/options/nearest-name.ts';

const OPTIONS = ['minInterval', 'maxInterval', 'maxWait', 'factor', 'jitter', 'signal'];

it.each([
  ['maxinterval', 'maxInterval'],
  ['max_interval', 'maxInterval'],
  ['MAX_WAIT', 'maxWait'],
  ['maxWaitMs', 'maxWait'],
  ['signl', 'signal'],
  ['jiter', 'jitter'],
])('%s is probably %s', (name, meant) => {
  expect(nearestName(name, OPTIONS)).toBe(meant);
});

it.each(['', 'x', 'onProgress', '___', '日本'])('nothing is suggested for %j', (name) => {
  expect(nearestName(name, OPTIONS)).toBeUndefined();
});

it('the first of two names that are equally near is suggested', () => {
  expect(nearestName('interval', ['minInterval', 'maxInterval'])).toBe('minInterval');
});

it('an option that was renamed leads to its successor, if that is known', () => {
  expect(nearestName('overwrite', ['concurrency', 'ifExists'])).toBe('ifExists');
  expect(nearestName('overwrite', OPTIONS)).toBeUndefined();
});
