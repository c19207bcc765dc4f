import { expect, it } from 'vitest';
import { headerOf, isUsableValidator, validatorOf } from '../src/download/validators.ts';

const OLD = 'Wed, 21 Oct 2015 07:28:00 GMT';
const of = (headers: Record<string, string>) => validatorOf(new Headers(headers));

it('a strong ETag identifies a file, and Last-Modified if there is none', () => {
  expect(of({ etag: '"v1"', 'last-modified': OLD })).toBe('"v1"');
  expect(of({ etag: 'W/"v1"', 'last-modified': OLD })).toBe(OLD);
  expect(of({ 'last-modified': OLD })).toBe(OLD);
});

it('only a strong ETag or a Last-Modified date identifies a file', () => {
  expect(of({})).toBeNull();
  expect(of({ etag: 'W/"v1"' })).toBeNull();
  expect(of({ etag: 'v1' })).toBeNull();
  expect(of({ 'last-modified': 'yesterday' })).toBeNull();
});

it('a file that was changed within the last second may change again unseen', () => {
  expect(of({ 'last-modified': OLD, date: OLD })).toBeNull();
  expect(of({ 'last-modified': OLD, date: 'Wed, 21 Oct 2015 07:28:01 GMT' })).toBe(OLD);
});

it('a validator is usable as If-Range takes it', () => {
  expect(['"v1"', '""', OLD].map(isUsableValidator)).toEqual([true, true, true]);
  expect(['W/"v1"', 'v1', '', '2015-10-21'].map(isUsableValidator)).toEqual([false, false, false, false]);
  expect([headerOf('"v1"'), headerOf(OLD)]).toEqual(['etag', 'last-modified']);
});
