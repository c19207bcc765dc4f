// The known options of each set, with their checks.

import { MAX_DELAY } from '../internal/sleep.ts';
import type { VideosClientOptions } from './client-options.ts';
import type { CreateOptions, GenerateOptions } from './create-options.ts';
import type { DownloadOptions, ResumeFrom } from './download-options.ts';
import {
  aFunction,
  type Check,
  type Checks,
  checkedLater,
  inRange,
  isSignal,
  nested,
  ofType,
  whole,
  wrongType,
} from './validate.ts';
import type {
  GetResultOptions,
  IntervalOptions,
  PollDecisionOptions,
  PollIntervalsOptions,
  WaitOptions,
} from './wait-options.ts';

const aBoolean = ofType('boolean', 'true or false');
const interval = inRange('milliseconds: a finite number, 0 or more', (ms) => ms >= 0 && Number.isFinite(ms));
export const countOrInfinity = whole(1, true);
export const bytesOrInfinity = whole(0, true);

/** The time limit of one attempt: no timer holds more. */
export const timeout = inRange(`milliseconds, from 1 to ${MAX_DELAY}`, (ms) => ms >= 1 && ms <= MAX_DELAY);

export const fetchFunction = ofType('function', 'a WHATWG fetch function');

const aValidator: Check = (name, value) => {
  if (value !== null && typeof value !== 'string') throw wrongType(name, value, 'a string or null');
};

export const GET_RESULT_OPTIONS: Checks<GetResultOptions> = {
  signal: isSignal,
  timeout,
  maxRetries: whole(0),
};

const INTERVAL_OPTIONS: Checks<IntervalOptions> = {
  minInterval: interval,
  maxInterval: interval,
  factor: inRange('a finite number, 1 or more', (factor) => factor >= 1 && Number.isFinite(factor)),
  jitter: aBoolean,
};

export const POLL_INTERVALS_OPTIONS: Checks<PollIntervalsOptions> = {
  ...INTERVAL_OPTIONS,
  random: ofType('function', 'a function that returns a number from 0 to 1'),
};

export const WAIT_OPTIONS: Checks<WaitOptions> = {
  ...INTERVAL_OPTIONS,
  maxWait: inRange('milliseconds: 0 or more, or Infinity', (ms) => ms >= 0),
  maxFailures: countOrInfinity,
  signal: isSignal,
  onUpdate: aFunction,
  onPollError: aFunction,
};

export const POLL_DECISION_OPTIONS: Checks<PollDecisionOptions> = {
  maxFailures: countOrInfinity,
  isNew: aBoolean,
};

export const CLIENT_OPTIONS: Checks<VideosClientOptions> = {
  apiKey: checkedLater,
  baseUrl: checkedLater,
  timeout,
  maxRetries: GET_RESULT_OPTIONS.maxRetries,
  maxConcurrency: countOrInfinity,
  polling: checkedLater,
  fetch: fetchFunction,
  headers: checkedLater,
  onAttempt: aFunction,
  allowPrivateFiles: aBoolean,
  dangerouslyAllowBrowser: aBoolean,
};

export const CREATE_OPTIONS: Checks<CreateOptions> = {
  signal: isSignal,
  timeout,
};

export const GENERATE_OPTIONS: Checks<GenerateOptions> = { ...WAIT_OPTIONS, onCreated: aFunction };

const RESUME_FROM: Checks<ResumeFrom> = { offset: whole(0), validator: aValidator };

export const DOWNLOAD_OPTIONS: Checks<DownloadOptions> = {
  signal: isSignal,
  onProgress: aFunction,
  maxBytes: bytesOrInfinity,
  resumeFrom: nested(RESUME_FROM),
};
