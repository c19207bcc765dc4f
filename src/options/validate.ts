// Checks options against a table of the known ones.

import { quote, shorten } from '../internal/text.ts';
import { nearestName } from './nearest-name.ts';

/** Checks the value of one option, under the name that a message shows. */
export type Check = (name: string, value: unknown) => void;

/** The known options of a set, each with its check. */
export type Checks<Options> = { readonly [Name in keyof Options]-?: Check };

/** From this length on, a word by itself may be an API key, and no message shows it. */
const SECRET_LENGTH = 12;

/** How messages name a set of options that is not the value of an option. */
const WHOLE_SET = 'options';

const withoutSecret = (_key: string, value: unknown) =>
  typeof value === 'string' && value.length >= SECRET_LENGTH && !/\s/.test(value)
    ? `[${value.length} characters]`
    : value;

/** Names the option, the value and what is allowed, in one form everywhere. */
const invalid = (name: string, value: unknown, allowed: string) =>
  `Invalid ${name === WHOLE_SET ? '' : 'option '}${name}: ${quote(value, withoutSecret)}. Expected ${allowed}.`;

/** The error for an option of the wrong type, or none of the values that it can have. */
export const wrongType = (name: string, value: unknown, allowed: string) =>
  new TypeError(invalid(name, value, allowed));

/** The error for an option that is out of range. */
export const outOfRange = (name: string, value: unknown, allowed: string) =>
  new RangeError(invalid(name, value, allowed));

/** Checks that an option is a number, and in its range. */
export function inRange(allowed: string, isAllowed: (value: number) => boolean): Check {
  return (name, value) => {
    if (typeof value !== 'number') throw wrongType(name, value, allowed);
    if (!isAllowed(value)) throw outOfRange(name, value, allowed);
  };
}

/** Checks that an option is a whole number, `least` or more. */
export function whole(least: number, orInfinity = false): Check {
  const allowed = `a whole number, ${least} or more${orInfinity ? ', or Infinity' : ''}`;
  return inRange(
    allowed,
    (value) =>
      value >= least && (Number.isInteger(value) || (orInfinity && value === Number.POSITIVE_INFINITY)),
  );
}

/** Checks the type of an option. */
export function ofType(type: 'boolean' | 'function' | 'string', allowed: string): Check {
  return (name, value) => {
    if (typeof value !== type) throw wrongType(name, value, allowed);
  };
}

export const aFunction = ofType('function', 'a function');

/** Checks that an option is one of a few words. */
export function oneOf(...words: string[]): Check {
  return (name, value) => {
    if (!words.includes(value as string)) {
      throw wrongType(name, value, words.map((word) => JSON.stringify(word)).join(' or '));
    }
  };
}

/** Checks that an option is an object with options of its own. */
export function nested<T>(checks: Checks<T>): Check {
  return (name, value) => void checkOptions(value as object, checks, `${name}.`);
}

/** Checks that an option is an `AbortSignal`; also an older or a foreign one, without `throwIfAborted`. */
export const isSignal: Check = (name, value) => {
  const signal = Object(value);
  if (
    typeof signal.aborted !== 'boolean' ||
    typeof signal.addEventListener !== 'function' ||
    typeof signal.removeEventListener !== 'function'
  ) {
    throw wrongType(name, value, 'an AbortSignal');
  }
};

/** For an option that is checked where it is used. */
export const checkedLater: Check = () => {};

/**
 * Checks a set of options, and returns those that are set: `undefined` counts as not set.
 *
 * @param prefix - The name of the option that the set is the value of, and a dot.
 * @throws {@link TypeError} an unknown option, or one of the wrong type.
 * @throws {@link RangeError} an option out of range.
 */
export function checkOptions<T extends object>(options: T | undefined, checks: Checks<T>, prefix = ''): T {
  const checked = {} as Record<string, unknown>;
  if (options === undefined) return checked as T;
  // Neither an array, nor a signal or a promise in their place.
  if (Object.prototype.toString.call(options) !== '[object Object]') {
    throw wrongType(prefix.slice(0, -1) || WHOLE_SET, options, 'an object');
  }
  const given = options as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(given)) {
    if (given[name] !== undefined && !Object.hasOwn(checks, name)) {
      throw unknownOption(prefix, name, given[name], Object.keys(checks));
    }
  }
  for (const [name, check] of Object.entries<Check>(checks)) {
    const value = given[name];
    if (value === undefined) continue;
    check(prefix + name, value);
    checked[name] = value;
  }
  return checked as T;
}

/** As {@link checkOptions}, for options that include the key: a string in their place may be the key, and is not shown. */
export function checkKeyOptions<T extends object>(options: T | undefined, checks: Checks<T>): T {
  if (typeof options === 'string') {
    throw new TypeError('Invalid options: a string. Expected an object, such as { apiKey }.');
  }
  return checkOptions(options, checks);
}

function unknownOption(prefix: string, name: string, value: unknown, known: string[]): TypeError {
  const nearest = nearestName(name, known);
  // A string may be the key, under a name that is nearly right.
  const shown = typeof value === 'string' ? 'a string' : quote(value, withoutSecret);
  return new TypeError(
    `Invalid option ${prefix}${shorten(name)} (${shown}): unknown option${
      nearest === undefined ? `. Expected one of ${known.join(', ')}.` : `; did you mean ${nearest}?`
    }`,
  );
}
