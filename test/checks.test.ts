import { expect, it } from 'vitest';
import { bytesOrInfinity } from '../src/options/known-options.ts';
import { nearestName } from '../src/options/nearest-name.ts';
import { isSignal, oneOf } from '../src/options/validate.ts';

it('an option of a few words takes these, and the error for any other value lists them', () => {
  const check = oneOf('error', 'keep');
  expect(() => check('ifExists', 'keep')).not.toThrow();
  expect(() => check('ifExists', 'replace')).toThrow(
    new TypeError('Invalid option ifExists: "replace". Expected "error" or "keep".'),
  );
});

it('a number of bytes may be 0 or Infinity, and is a whole number', () => {
  for (const bytes of [0, 5, Number.POSITIVE_INFINITY]) {
    expect(() => bytesOrInfinity('maxBytes', bytes)).not.toThrow();
  }
  for (const bytes of [-1, 0.5, Number.NaN]) {
    expect(() => bytesOrInfinity('maxBytes', bytes)).toThrow(RangeError);
  }
});

it('a signal may be a foreign one, with a state and listeners; what lacks one of these is none', () => {
  const foreign = { aborted: false, addEventListener() {}, removeEventListener() {} };
  expect(() => isSignal('signal', foreign)).not.toThrow();
  for (const name of Object.keys(foreign)) {
    expect(() => isSignal('signal', { ...foreign, [name]: undefined })).toThrow(TypeError);
  }
});

it.each<[string, string[], string | undefined]>([
  ['maxwait', ['maxWait', 'maxFailures'], 'maxWait'],
  // Half of the letters agree, in order.
  ['abxx', ['cdyy', 'abcd'], 'abcd'],
  ['abxxx', ['abcd'], undefined],
  // The first of two that are alike.
  ['abxx', ['abcd', 'abef'], 'abcd'],
  ['overwrite', ['concurrency', 'ifExists'], 'ifExists'],
  ['looks', ['delay', 'polls'], 'polls'],
  // A successor that is no option of this set.
  ['looks', ['apiKey', 'baseUrl'], undefined],
  ['constructor', ['apiKey', 'baseUrl'], undefined],
])('the unknown option %s among %j suggests %j', (name, known, expected) => {
  expect(nearestName(name, known)).toBe(expected);
});
