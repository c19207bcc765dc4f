import { expect, it } from 'vitest';
import { formatContentRange, parseContentRange } from '../src/download/content-range.ts';

it.each([
  ['bytes 0-1999/2000', { start: 0, end: 2000, totalBytes: 2000 }],
  ['bytes 1000-2999/3000', { start: 1000, end: 3000, totalBytes: 3000 }],
  ['bytes 5-5/6', { start: 5, end: 6, totalBytes: 6 }],
  ['bytes 0-99/*', { start: 0, end: 100, totalBytes: null }],
  [' Bytes 0-0/1 ', { start: 0, end: 1, totalBytes: 1 }],
])('the range %j is read', (header, expected) => {
  expect(parseContentRange(header)).toEqual(expected);
});

it.each([
  '',
  'bytes',
  'bytes */3000',
  'bytes 0-99/50',
  'bytes 5-2/100',
  'bytes 0-99/99',
  'bytes -99/100',
  'bytes 0-/100',
  'bytes 0-99',
  'items 0-99/100',
  'bytes 0-99/100, bytes 200-299/300',
  'bytes 0-99/99999999999999999999999999999999x',
  `bytes 0-${'9'.repeat(30)}/*`,
])('the range %j is refused', (header) => {
  expect(parseContentRange(header)).toBeNull();
});

it('a range is written as it is read', () => {
  expect(formatContentRange(1000, 3000)).toBe('bytes 1000-2999/3000');
  expect(formatContentRange(3000, 3000)).toBe('bytes */3000');
});
