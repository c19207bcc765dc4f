import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readRetryAfter } from '../src/internal/retry-after.ts';
import { failureOf } from './helpers/failure-of.ts';
import { play, type Step } from './helpers/fetch-service.ts';
import { completed, ID } from './helpers/task.ts';

/** Whole seconds, since an HTTP date has no others. */
const NOW = Date.UTC(2026, 10, 6, 8, 49, 30);
beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => void vi.useRealTimers());

const SECOND = 1_000;
const DAY = 86_400 * SECOND;

/** Half a minute from now. */
const IN_30_S = 'Fri, 06 Nov 2026 08:50:00 GMT';

const read = (retryAfter: string, date?: string) =>
  readRetryAfter(new Headers({ 'retry-after': retryAfter, ...(date === undefined ? {} : { date }) }));

it.each([
  ['7', 7],
  ['0', 0],
  ['007', 7],
  ['7.5', 7.5],
  ['7.', 7],
  ['.5', 0.5],
  ['.25', 0.25],
  ['7s', 7],
  ['7 s', 7],
  ['7S', 7],
  ['7 sec', 7],
  ['7 secs', 7],
  ['1 second', 1],
  ['7 seconds', 7],
  ['7.5s', 7.5],
  ['"7"', 7],
  ['"7s"', 7],
  ['"7 "', 7],
  [' 7 ', 7],
])('the Retry-After %j is read as seconds', (header, seconds) => {
  const ms = seconds * SECOND;
  expect(read(header)).toEqual({ pause: ms, retryAfter: ms });
});

it.each([
  [IN_30_S],
  [`"${IN_30_S}"`],
  ['Fri, 6 Nov 2026 08:50:00 GMT'],
  ['Fri,  06 Nov 2026  08:50:00 GMT'],
  ['fri, 06 nov 2026 08:50:00 gmt'],
  ['06 Nov 2026 08:50:00 GMT'],
  ['Fri, 06 Nov 2026 08:50:00'],
  ['Fri, 06 Nov 2026 08:50:00 UTC'],
  ['Fri, 06 Nov 2026 09:50:00 +0100'],
  ['Friday, 06-Nov-26 08:50:00 GMT'],
  ['Fri Nov  6 08:50:00 2026'],
  ['2026-11-06T08:50:00Z'],
  ['2026-11-06T08:50:00.000Z'],
  ['2026-11-06T08:50Z'],
  ['2026-11-06 08:50:00'],
  ['2026-11-06T09:50:00+01:00'],
  ['2026-11-06T09:50:00+0100'],
  ['2026-11-06T09:50:00+01'],
  ['2026-11-06T03:20:00-05:30'],
  ['2026-11-06 08:50:00 UTC'],
  ['2026-11-06T08:50:00 GMT'],
  ['2026-11-06t08:50:00z'],
  ['2026-11-06T08:50:00'],
  [String((NOW + 30_000) / SECOND)],
  [`${(NOW + 30_000) / SECOND}.0`],
  [String(NOW + 30_000)],
])('the Retry-After %j is read as a time, half a minute ahead', (header) => {
  expect(read(header)).toEqual({ pause: 30_000, retryAfter: 30_000 });
});

it.each([
  ['', 'soon', '-30', '30m', '7ms', '1e3', 'NaN', 'Infinity', '0x10', '7 7', '7;q=1', 'true', '{}'],
  [
    'Friday, when I am back',
    'Friday 2099',
    'Fri, 06 Nov 2026',
    'tomorrow 08:50:00',
    'not before 06 Nov 2026 08:50:00 GMT',
    '2026-11-06T08:50:00Z or later',
    '08:50:00',
    '2026-13-06T08:50:00Z',
  ],
  // In the past.
  [
    'Fri, 06 Nov 2026 08:49:00 GMT',
    '2026-11-06T08:49:29Z',
    String(NOW / SECOND - 1),
    String(NOW - 1),
    '1600000000',
    '1600000000000',
  ],
])('a Retry-After that cannot be read, or is in the past, counts as absent: %j, …', (...headers) => {
  for (const header of headers) {
    expect([header, read(header)]).toEqual([header, { pause: 0, retryAfter: null }]);
  }
  expect(readRetryAfter(new Headers())).toEqual({ pause: 0, retryAfter: null });
});

it.each([
  ['7, 7', 7],
  ['30, 60', 60],
  ['60, 30', 60],
  ['7,soon', 7],
  ['soon, , 7', 7],
  [`${IN_30_S}, 7`, 30],
  [`7, ${IN_30_S}`, 30],
  [`${IN_30_S}, ${IN_30_S}`, 30],
  [`"${IN_30_S}", "40"`, 40],
  ['Friday, 06-Nov-26 08:50:00 GMT, 7', 30],
  // The unbelievable one counts as 8 s.
  ['9999999999999999, 30', 30],
])(
  'of several Retry-After values the longest counts, and the comma of a date does not split it: %j',
  (header, seconds) => {
    const ms = seconds * SECOND;
    expect(read(header)).toEqual({ pause: ms, retryAfter: ms });
  },
);

it('a Retry-After may be a day alone, which begins at midnight of UTC, and a day of two digits', () => {
  expect(read('2026-11-07').pause).toBe(Date.UTC(2026, 10, 7) - NOW);
  expect(read('Mon Nov 16 08:50:00 2026').pause).toBe(DAY);
});

it('the longest of several Retry-After headers counts, too', () => {
  const headers = new Headers([
    ['retry-after', '7'],
    ['Retry-After', IN_30_S],
  ]);
  expect(readRetryAfter(headers).pause).toBe(30_000);
});

it.each([
  ['20 minutes behind', 1_200],
  ['20 minutes ahead', -1_200],
  ['a year behind', 365 * 86_400],
])('Retry-After is measured by the Date of the response if this clock is %s', (_, seconds) => {
  const respondedAt = NOW + seconds * SECOND;
  const date = new Date(respondedAt).toUTCString();
  for (const time of [
    new Date(respondedAt + 2_000).toUTCString(),
    new Date(respondedAt + 2_000).toISOString(),
    String((respondedAt + 2_000) / SECOND),
    String(respondedAt + 2_000),
  ]) {
    expect([time, read(time, date).pause]).toEqual([time, 2_000]);
  }
  expect(read('2', date).pause).toBe(2_000);
});

it('Retry-After is measured by the first Date of a response that has two', () => {
  const sent = new Date(NOW - 1_200_000).toUTCString();
  const until = new Date(NOW - 1_170_000).toUTCString();
  expect(read(until, `${sent}, ${sent}`).pause).toBe(30_000);
});

it('Retry-After is measured by this clock if the Date of the response cannot be read', () => {
  expect(read(IN_30_S, 'today').pause).toBe(30_000);
});

it.each([
  ['a day', DAY / SECOND],
  ['a day and a second', DAY / SECOND + 1],
  ['31 days', (31 * DAY) / SECOND],
])('a Retry-After of %s is obeyed, but for a day at most', (_, seconds) => {
  expect(read(String(seconds))).toEqual({ pause: DAY, retryAfter: DAY });
  expect(read(new Date(NOW + seconds * SECOND).toUTCString())).toEqual({ pause: DAY, retryAfter: DAY });
});

it.each([
  ['31 days and a second', String((31 * DAY) / SECOND + 1)],
  ['just below the first Unix time', '1599999999'],
  ['Unix time in microseconds', String(NOW * 1_000)],
  ['more than a number holds', '9'.repeat(400)],
  ['the next century', 'Fri, 06 Nov 2105 08:50:00 GMT'],
])('a Retry-After of %s is not believed, and counts as 8 s that no error mentions', (_, header) => {
  expect(read(header)).toEqual({ pause: 8_000, retryAfter: null });
});

it('no Retry-After pauses a client for longer than a day, nor for a time that is not a number', () => {
  const forms = fc.oneof(
    fc.string(),
    fc.double().map(String),
    fc.bigInt().map(String),
    fc.date().map((date) => (Number.isNaN(date.getTime()) ? 'x' : date.toUTCString())),
    fc.date().map((date) => (Number.isNaN(date.getTime()) ? 'x' : date.toISOString())),
  );
  const header = fc.array(forms, { maxLength: 4 }).map((values) => values.join(', '));
  fc.assert(
    fc.property(header, forms, (value, date) => {
      const headers = { get: (name: string) => (name === 'date' ? date : value) };
      const { pause, retryAfter } = readRetryAfter(headers);
      expect(pause).toBeGreaterThanOrEqual(0);
      expect(pause).toBeLessThanOrEqual(DAY);
      if (retryAfter !== null) expect(retryAfter).toBe(pause);
    }),
    { numRuns: 500 },
  );
});

const refusal =
  (status: number, retryAfter: string | undefined, body: object = { message: 'slow down' }): Step =>
  () =>
    Response.json(body, { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } });

/** When the requests of a call are sent to a service that refuses once. */
async function timesAfter(step: Step): Promise<number[]> {
  vi.setSystemTime(NOW);
  const { client, times } = play(step, completed);
  const call = client().getResult(ID);
  await vi.runAllTimersAsync();
  await call;
  return times;
}

it.each([429, 503])('a %i with Retry-After makes the client pause that long', async (status) => {
  expect(await timesAfter(refusal(status, '7.5'))).toEqual([0, 7_500]);
  expect(await timesAfter(refusal(status, IN_30_S))).toEqual([0, 30_000]);
  expect(await timesAfter(refusal(status, '9999999999999999'))).toEqual([0, 8_000]);
});

it.each([408, 425, 500, 502, 504, 304])(
  'a %i with Retry-After is retried as usual, because the header has no meaning there',
  async (status) => {
    const step = () => new Response(status === 304 ? null : '', { status, headers: { 'retry-after': '30' } });
    expect(await timesAfter(step)).toEqual([0, 250]);
  },
);

it('an envelope with the code of a rate limit makes the client pause for its Retry-After', async () => {
  for (const code of [429, '503']) {
    expect(await timesAfter(refusal(200, '30', { code, msg: 'slow down', data: null }))).toEqual([0, 30_000]);
  }
});

it('a response with Retry-After is retried after the usual pause if that is longer', async () => {
  for (const header of ['0', '0.1', 'soon', 'Fri, 06 Nov 2026 08:49:30 GMT']) {
    for (const status of [429, 503]) expect(await timesAfter(refusal(status, header))).toEqual([0, 250]);
  }
});

it('a response with Retry-After does not shorten the pauses of later attempts', async () => {
  const { client, times } = play(refusal(503, undefined), refusal(503, undefined), refusal(503, '1'));
  vi.mocked(Math.random).mockReturnValue(1);
  const call = failureOf(client().getResult(ID));
  await vi.runAllTimersAsync();
  await call;
  expect(times).toEqual([0, 500, 1500, 3500]);
});

it('an error has the Retry-After of its response in milliseconds, and mentions it in its message', async () => {
  const error = await failureOf(play(refusal(429, '30')).client({ maxRetries: 0 }).getResult(ID));
  expect(error).toMatchObject({ name: 'RateLimitError', retryAfter: 30_000 });
  expect((error as Error).message).toContain('Retry after 30 s, and poll less often.');
});

it.each(['soon', '9999999999999999', '-1'])(
  'an error has no retryAfter if the header is %j',
  async (header) => {
    const error = await failureOf(play(refusal(503, header)).client({ maxRetries: 0 }).getResult(ID));
    expect(error).toMatchObject({ name: 'ApiError', retryAfter: null });
  },
);
