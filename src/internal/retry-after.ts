// Parses the `Retry-After` header.

import { MAX_BACK_OFF } from './back-off.ts';

const SECOND = 1_000;
const DAY = 86_400 * SECOND;

/** What is further ahead is not believed: a wrong unit, or a wrong clock. */
const MAX_BELIEVED = 31 * DAY;

/** The longest pause that any response causes. */
const MAX_PAUSE = DAY;

/** Numbers from these on are points in time: Unix time in seconds and in milliseconds, both of September 2020. */
const UNIX_SECONDS = 1.6e9;
const UNIX_MILLISECONDS = 1.6e12;

/** A value: quoted, or a date that begins with the day of the week and has a comma of its own, or anything else. */
const VALUES = /"[^"]*"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\s*,[^,]*|[^,]+/gi;

const NUMBER = /^(\d+(?:\.\d*)?|\.\d+)\s*(?:s|secs?|seconds?)?$/i;
const ISO_DATE =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?$/i;
/** The three forms of an HTTP date (RFC 9110 section 5.6.7): `06 Nov 2026`, `06-Nov-26`, `Nov  6`, and the time. */
const HTTP_DATE = /^(?:[a-z]{3,9},?\s+)?(?:\d\d?[ -][a-z]{3}[ -]\d{2,4}|[a-z]{3}\s+\d\d?)\s+\d\d:\d\d:\d\d/i;
const ZONE = /(?:gmt|utc|z|[+-]\d\d:?\d\d)$/i;

/** A zone as every engine reads it: `+01` and `+0100` as `+01:00`. */
const isoZone = (zone: string) =>
  zone
    .replace(/^(?:utc|gmt)$/i, 'Z')
    .replace(/^([+-]\d\d):?(\d\d)?$/, (_, hours, minutes = '00') => `${hours}:${minutes}`);

/** The time that a date names; not a number if it is not a date. */
function parseDate(text: string): number {
  const [, day, time = '00:00', zone = 'Z'] = ISO_DATE.exec(text) ?? [];
  if (day !== undefined) return Date.parse(`${day}T${time}${isoZone(zone)}`);
  if (!HTTP_DATE.test(text)) return Number.NaN;
  // The oldest of the three forms (asctime) does not say that it is GMT, and means it.
  return Date.parse(ZONE.test(text) ? text : `${text} GMT`);
}

/** Milliseconds from the response on; negative in the past, not a number if it cannot be read. */
function parseValue(value: string, respondedAt: number): number {
  const text = value.replace(/^[\s"]+|[\s"]+$/g, '');
  const [, digits] = NUMBER.exec(text) ?? [];
  if (digits === undefined) return parseDate(text) - respondedAt;
  const number = Number(digits);
  if (number >= UNIX_MILLISECONDS) return number - respondedAt;
  return number >= UNIX_SECONDS ? number * SECOND - respondedAt : number * SECOND;
}

export interface RetryAfter {
  /** Milliseconds to pause; 0 if the header demands none. */
  readonly pause: number;
  /** The same as an error says it: `null` if there is no header, or it is not plausible. */
  readonly retryAfter: number | null;
}

/**
 * The pause that a response demands (RFC 9110 section 10.2.3): seconds, a date, or Unix time, each against the
 * response's own `Date`, since this machine's clock may be wrong; of several values, the longest.
 */
export function readRetryAfter(headers: Pick<Headers, 'get'>): RetryAfter {
  // A proxy on the way may have added a second one.
  const [date = ''] = headers.get('date')?.match(VALUES) ?? [];
  const respondedAt = parseDate(date.trim()) || Date.now();
  let longest: RetryAfter = { pause: 0, retryAfter: null };
  for (const [value] of headers.get('retry-after')?.matchAll(VALUES) ?? []) {
    const ms = parseValue(value, respondedAt);
    if (!(ms >= 0)) continue;
    const isBelieved = ms <= MAX_BELIEVED;
    const pause = isBelieved ? Math.min(ms, MAX_PAUSE) : MAX_BACK_OFF;
    if (pause > longest.pause || longest.pause === 0) {
      longest = { pause, retryAfter: isBelieved ? pause : null };
    }
  }
  return longest;
}
