import { expect, it } from 'vitest';
import { bodyOf, duration, idText, kindOf, quote, rootCauseMessage } from '../src/internal/text.ts';

it.each([
  [0.4, '0 ms'],
  [450, '450 ms'],
  [1_000, '1 s'],
  [119_400, '119 s'],
  [120_000, '2 min'],
  [125_000, '2 min 5 s'],
  [7_199_000, '119 min 59 s'],
  [7_200_000, '2 h'],
  [9_000_000, '2 h 30 min'],
  [86_400_000, '24 h'],
])('%s milliseconds are shown as %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

it.each([
  ['video_1-A', 'video_1-A'],
  ['video 1', '"video 1"'],
  ['zero\u200bwidth', '"zero\\u200bwidth"'],
  ['line\nbreak', '"line\\nbreak"'],
  ['x'.repeat(201), `${'x'.repeat(200)}…`],
])('the id %j is shown as %s', (id, text) => {
  expect(idText(id)).toBe(text);
});

const cycle: { self?: unknown } = {};
cycle.self = cycle;

it.each([
  ['a text', 'a  text\nof lines', '"a text\\nof lines"'],
  ['what is not a number', Number.NaN, 'NaN'],
  ['a BigInt', 10n, '10n'],
  ['nothing', undefined, 'undefined'],
  ['a function', () => 1, 'function'],
  ['a cycle', cycle, 'object'],
  ['a long text', 'x'.repeat(300), `"${'x'.repeat(199)}…`],
])('a message quotes %s', (_, value, text) => {
  expect(quote(value)).toBe(text);
});

it.each([
  [null, 'null'],
  [undefined, 'undefined'],
  [['secret'], 'of type array'],
  [{ secret: 1 }, 'of type object'],
  ['secret', 'of type string'],
])('a value that may be secret is not shown: %j', (value, text) => {
  expect(kindOf(value)).toBe(text);
});

it('an error carries 4 KiB of a text at most, and never half a character', () => {
  // One byte and 1,365 times three bytes: 4,096. One more does not fit.
  const text = `a${'€'.repeat(1_365)}`;
  expect(bodyOf(text, undefined)).toBe(text);
  expect(bodyOf(`${text}b`, undefined)).toBe(text);
  const letters = 'é'.repeat(2_048);
  expect(bodyOf(letters, undefined)).toBe(letters);
  expect(bodyOf(`${letters}b`, undefined)).toBe(letters);
  expect(bodyOf('', undefined)).toBeNull();
});

it('an error carries JSON if its text is short enough, and else the beginning of the text', () => {
  expect(bodyOf('{"a":1}', { a: 1 })).toEqual({ a: 1 });
  const long = JSON.stringify({ a: 'x'.repeat(5_000) });
  expect(bodyOf(long, JSON.parse(long))).toBe(long.slice(0, 4_096));
});

it.each([
  ['the deepest cause', new Error('fetch failed', { cause: new Error('refused') }), 'refused'],
  ['the code of a cause without a message', new Error('outer', { cause: { message: '', code: 'EX' } }), 'EX'],
  [
    'the first of several errors',
    new AggregateError([new Error('first'), new Error('second')], 'all'),
    'first',
  ],
  ['its own message if no cause has one', new Error('alone', { cause: new Error('') }), 'alone'],
  ['its name if there is no message at all', new RangeError(''), 'RangeError'],
  ['the value if it is not an error', { a: 1 }, '{"a":1}'],
])('the message of an error is that of %s', (_, error, text) => {
  expect(rootCauseMessage(error)).toBe(text);
});

it('the message of an error that is its own cause is its own', () => {
  const error = new Error('round');
  error.cause = error;
  expect(rootCauseMessage(error)).toBe('round');
});
