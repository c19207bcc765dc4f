import { expect, it } from 'vitest';
import { decideOnResponse, type FileState } from '../src/download/decide-on-response.ts';
import { readPart } from '../src/download/file-part.ts';

/** Half of a file of 100 bytes. */
const FILE = { validator: '"v1"', totalBytes: 100 };
const NOTHING: FileState = { file: { validator: null, totalBytes: null }, position: 0, hasBegun: false };
const DELIVERED: FileState = { file: FILE, position: 50, hasBegun: true };
/** What an earlier download has left: the length of its file is not known. */
const EARLIER: FileState = { file: { validator: '"v1"', totalBytes: null }, position: 50, hasBegun: false };

/** The decision on a response; a range is requested from any position but the first. */
function decide(
  state: FileState,
  contentRange: string | null,
  {
    etag = '"v1"',
    length = '',
    status = contentRange === null ? 200 : 206,
    isRange = state.position > 0,
  } = {},
) {
  const headers = new Headers({ etag });
  if (contentRange !== null) headers.set('content-range', contentRange);
  if (length !== '') headers.set('content-length', length);
  const part = status === 416 ? null : readPart({ status, headers } as Response);
  return decideOnResponse(state, part, headers, isRange);
}

it('the first response is accepted from the first byte on, whatever identifies it', () => {
  expect(decide(NOTHING, null)).toBe('accept');
  expect(decide(NOTHING, null, { etag: 'W/"weak"' })).toBe('accept');
  expect(decide(NOTHING, 'bytes 0-49/100')).toBe('accept');
});

it('a first response that begins later, or contradicts itself, is requested again as a whole', () => {
  expect(decide(NOTHING, 'bytes 50-99/100')).toBe('requestWhole');
  expect(decide(NOTHING, null, { status: 206 })).toBe('requestWhole');
});

it.each([
  ['where it was requested', 'bytes 50-99/100'],
  ['earlier', 'bytes 40-99/100'],
  ['where it was requested, without a length', 'bytes 50-99/*'],
])('the rest of the same file is accepted that begins %s', (_, contentRange) => {
  expect(decide(DELIVERED, contentRange)).toBe('accept');
});

it('the whole file is accepted in place of its rest, where its length proves that it is whole', () => {
  expect(decide(DELIVERED, null, { length: '100' })).toBe('accept');
  expect(decide(DELIVERED, null, { length: '50' })).toBe('requestWhole');
  expect(decide(DELIVERED, null)).toBe('requestWhole');
});

it('the whole file is accepted without a length, where no range was requested', () => {
  expect(decide(DELIVERED, null, { isRange: false })).toBe('accept');
});

it('a part that begins too late or ends too early is requested again, as a whole', () => {
  expect(decide(DELIVERED, 'bytes 60-99/100')).toBe('requestWhole');
  expect(decide(DELIVERED, 'bytes 0-49/100')).toBe('requestWhole');
});

it.each([
  ['another ETag', 'bytes 50-99/100', '"v2"'],
  ['another length', 'bytes 50-98/99', '"v1"'],
])('a file with %s cannot continue one of which bytes have been delivered', (_, contentRange, etag) => {
  expect(decide(DELIVERED, contentRange, { etag })).toBe('changed');
});

it('a response to a range is requested again if nothing identifies its file', () => {
  const state = { ...DELIVERED, file: { ...FILE, validator: 'Wed, 21 Oct 2015 07:28:00 GMT' } };
  expect(decide(state, 'bytes 50-99/100')).toBe('requestWhole');
  expect(decide(state, null, { length: '100', isRange: false })).toBe('changed');
});

it('a 416 after bytes have been delivered leads to a request for the whole file', () => {
  expect(decide(DELIVERED, 'bytes */100', { status: 416 })).toBe('requestWhole');
});

it('an earlier download is continued by the same file, if its length is known', () => {
  expect(decide(EARLIER, 'bytes 49-99/100')).toBe('accept');
  expect(decide(EARLIER, 'bytes 49-99/*')).toBe('startOver');
});

it('an earlier download that is complete is accepted, and one that is too long is not', () => {
  expect(decide(EARLIER, 'bytes 49-49/50')).toBe('accept');
  expect(decide(EARLIER, 'bytes 0-39/40')).toBe('acceptFromStart');
});

it('an earlier download of another version is dropped: for the response if it is whole, else for another', () => {
  expect(decide(EARLIER, 'bytes 0-99/100', { etag: '"v2"' })).toBe('acceptFromStart');
  expect(decide(EARLIER, null, { etag: '"v2"', isRange: false })).toBe('acceptFromStart');
  expect(decide(EARLIER, 'bytes 49-99/100', { etag: '"v2"' })).toBe('startOver');
  expect(decide(EARLIER, 'bytes */40', { status: 416 })).toBe('startOver');
});

it('an earlier download is kept while it is not clear which part a response has', () => {
  expect(decide(EARLIER, null, { length: '100', etag: '"v2"' })).toBe('requestWhole');
});
