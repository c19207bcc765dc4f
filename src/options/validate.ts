import { MAX_DELAY } from '../internal/sleep.ts';
import { quote } from '../internal/text.ts';

type Kind = 'wrong kind' | 'out of range';

/** Names the option, the value and what is allowed, in one form everywhere. */
export function invalid(kind: Kind, name: string, value: unknown, allowed: string): TypeError | RangeError {
  const message = `Invalid option ${name}: ${quote(value)}. Expected ${allowed}.`;
  return kind === 'wrong kind' ? new TypeError(message) : new RangeError(message);
}

interface Range {
  min: number;
  max?: number;
  allowed: string;
  integer?: boolean;
  infinite?: boolean;
}

const RANGES = {
  timeout: { min: 1, max: MAX_DELAY, allowed: `milliseconds, from 1 to ${MAX_DELAY}` },
  maxRetries: { min: 0, allowed: 'a whole number, 0 or more', integer: true },
  maxConcurrency: {
    min: 1,
    allowed: 'a whole number, 1 or more, or Infinity',
    integer: true,
    infinite: true,
  },
  minInterval: { min: 0, allowed: 'milliseconds: a finite number, 0 or more' },
  maxInterval: { min: 0, allowed: 'milliseconds: a finite number, 0 or more' },
  factor: { min: 1, allowed: 'a finite number, 1 or more' },
  maxWait: { min: 0, allowed: 'milliseconds: 0 or more, or Infinity', infinite: true },
  maxFailures: { min: 1, allowed: 'a whole number, 1 or more, or Infinity', integer: true, infinite: true },
} satisfies Record<string, Range>;

const KINDS = {
  jitter: ['boolean', 'true or false'],
  dangerouslyAllowBrowser: ['boolean', 'true or false'],
  overwrite: ['boolean', 'true or false'],
  random: ['function', 'a function that returns a number from 0 to 1'],
  fetch: ['function', 'a WHATWG fetch function'],
  onUpdate: ['function', 'a function'],
  onPollError: ['function', 'a function'],
  onProgress: ['function', 'a function'],
  onError: ['function', 'a function'],
} as const;

function checkNumber(name: string, value: unknown, { min, max, allowed, integer, infinite }: Range): void {
  if (typeof value !== 'number') throw invalid('wrong kind', name, value, allowed);
  const top = max ?? (infinite ? Number.POSITIVE_INFINITY : Number.MAX_VALUE);
  const isWhole = !integer || Number.isInteger(value) || value === Number.POSITIVE_INFINITY;
  if (!(value >= min && value <= top) || !isWhole) {
    throw invalid('out of range', name, value, allowed);
  }
}

function isSignal(value: unknown): value is AbortSignal {
  return (
    typeof value === 'object' &&
    value !== null &&
    'aborted' in value &&
    'addEventListener' in value &&
    'removeEventListener' in value &&
    'throwIfAborted' in value
  );
}

/**
 * Checks those of the given options that are set; `undefined` counts as not set.
 *
 * @throws {TypeError} of the wrong kind. @throws {RangeError} out of range.
 */
export function checkOptions<T extends object>(options: T | undefined, prefix = ''): T {
  if (options === undefined) return {} as T;
  if (typeof options !== 'object' || options === null) {
    throw invalid('wrong kind', prefix === '' ? 'options' : prefix.slice(0, -1), options, 'an object');
  }
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const name = prefix + key;
    if (Object.hasOwn(RANGES, key)) checkNumber(name, value, RANGES[key as keyof typeof RANGES]);
    if (Object.hasOwn(KINDS, key)) {
      const [type, allowed] = KINDS[key as keyof typeof KINDS];
      if (typeof value !== type) throw invalid('wrong kind', name, value, allowed);
    }
    if (key === 'signal' && !isSignal(value)) throw invalid('wrong kind', name, value, 'an AbortSignal');
  }
  return options;
}

/** As {@link checkOptions}, where the key is one of them: whoever passes a string means the key, which is not shown. */
export function checkKeyOptions<T extends object>(options: T | undefined): T {
  if (typeof options === 'string') {
    throw new TypeError('Invalid option options: a string. Expected an object, such as { apiKey }.');
  }
  return checkOptions(options);
}
