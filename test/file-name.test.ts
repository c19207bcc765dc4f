import { expect, it } from 'vitest';
import { videoName, videoNames } from '../src/node/file-name.ts';

it.each([
  ['video/mp4', '.mp4'],
  ['Video/WebM; codecs=vp9', '.webm'],
  ['video/quicktime', '.mov'],
  ['application/octet-stream', '.mp4'],
  [null, '.mp4'],
])('the type %j is saved as %s', (type, extension) => {
  expect(videoName('video_1', type)).toBe(`video_1${extension}`);
});

it('an id that a file system may not take gets a fingerprint, so that no two names are equal', () => {
  const names = ['a/b', 'a:b', 'a b', 'con', 'LPT1', 'x'.repeat(101), 'x'.repeat(102), 'é'].map((id) =>
    videoName(id, null),
  );
  expect(new Set(names).size).toBe(names.length);
  for (const name of names) expect(name).toMatch(/^[\w-]{1,100}-[0-9a-f]{16}\.mp4$/);
});

it('ids that differ in their case alone have names that differ in it alone', () => {
  expect([videoName('Video_A', null), videoName('video_a', null)]).toEqual(['Video_A.mp4', 'video_a.mp4']);
});

it('every name that a video can get is among those that are searched for', () => {
  for (const type of ['video/mp4', 'video/webm', 'video/3gpp', 'text/plain', null]) {
    expect(videoNames('a/b')).toContain(videoName('a/b', type));
  }
});
