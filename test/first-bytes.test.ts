import { expect, it } from 'vitest';
import { isPage } from '../src/download/first-bytes.ts';
import { sampleVideo } from '../src/testing/sample.ts';

const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const packets = (length: number, first = 0) => {
  const bytes = new Uint8Array(3 * length + first);
  for (const n of [0, 1, 2]) bytes[first + n * length] = 0x47;
  return bytes;
};

const VIDEOS: [string, Uint8Array][] = [
  ['the sample', sampleVideo()],
  ['MP4', latin1('\0\0\0\x20ftypisom')],
  ['QuickTime', latin1('\0\0\0\x08wide\0\0')],
  ['fragmented MP4', latin1('\0\0\0\x18stypmsdh')],
  ['MP4 whose length resembles markup', latin1('<abcmdat')],
  ['WebM', latin1('\x1aE\xdf\xa3\x01')],
  ['MPEG program stream', latin1('\0\0\x01\xba!')],
  ['MPEG video', latin1('\0\0\x01\xb3!')],
  ['MPEG transport stream', packets(188)],
  ['MPEG transport stream with time stamps', packets(192, 4)],
  ['Ogg', latin1('OggS\0')],
  ['AVI', latin1('RIFF\x10\0\0\0AVI LIST')],
  ['FLV', latin1('FLV\x01\x05')],
];

it.each(
  VIDEOS.flatMap(([name, bytes]) =>
    ['video/mp4', 'text/plain; charset=utf-8', 'text/html', 'application/json', '', null].map(
      (type) => [name, type, bytes] as const,
    ),
  ),
)('%s is a video, labelled %s', (_, type, bytes) => {
  expect(isPage(type, bytes)).toBe(false);
});

const PAGES = [
  '<!DOCTYPE html><title>Sorry</title>',
  '\ufeff<html>',
  '\n  <?xml version="1.0"?><Error><Code>ExpiredToken</Code></Error>',
  '<Error><Code>AccessDenied</Code></Error>',
  '{"message":"Missing Authentication header"}',
  '[{"error":1}]',
  '{}',
  '"expired"',
  '#EXTM3U\n#EXT-X-VERSION:3',
];

it.each(
  PAGES.flatMap((page) =>
    ['application/octet-stream', 'binary/octet-stream', '', null, 'video/mp4', 'text/plain'].map(
      (type) => [page, type] as const,
    ),
  ),
)('%j is a page, labelled %s', (page, type) => {
  expect(isPage(type, new TextEncoder().encode(page))).toBe(true);
});

it.each([
  'text/plain',
  'text/html; charset=utf-8',
  'application/json',
  'application/problem+json',
  'application/xml',
  'application/xhtml+xml',
  'application/vnd.apple.mpegurl',
  'audio/x-mpegurl',
  'application/dash+xml',
])('bytes of no known container are a page, labelled %s', (type) => {
  expect(isPage(type, latin1('Missing Authentication header'))).toBe(true);
});

it.each(['video/mp4', 'video/x-unknown', 'application/octet-stream', '', null])(
  'bytes of no known container are a video, labelled %s',
  (type) => {
    expect(isPage(type, latin1('\x80\x90 unknown'))).toBe(false);
  },
);

it('bytes that begin like markup by chance are a video, labelled as one', () => {
  expect(isPage('video/mp4', latin1('<u0\x8a\x904x\xff'))).toBe(false);
  expect(isPage('video/mp4', latin1('<u\x00\x01\x02'))).toBe(false);
});

it('so few bytes that they may begin a page are in doubt', () => {
  for (const start of ['', ' ', '<', '{', '[']) expect(isPage('video/mp4', latin1(start))).toBe(true);
});
