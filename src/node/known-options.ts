// The known options of each call of this entry, with their checks.

import { bytesOrInfinity, countOrInfinity, WAIT_OPTIONS } from '../options/known-options.ts';
import { aFunction, isSignal, oneOf } from '../options/validate.ts';

const ifExists = oneOf('error', 'keep', 'overwrite');

export const SAVE_VIDEO_OPTIONS = {
  signal: isSignal,
  onProgress: aFunction,
  maxBytes: bytesOrInfinity,
  ifExists,
};

export const SAVE_ALL_OPTIONS = {
  ...WAIT_OPTIONS,
  concurrency: countOrInfinity,
  onProgress: aFunction,
  maxBytes: bytesOrInfinity,
  ifExists,
};
