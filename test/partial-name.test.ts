import { expect, it } from 'vitest';
import { newOwner, releasedOwner } from '../src/node/owner.ts';
import { parsePartialName, partialName, partialPrefix } from '../src/node/partial-name.ts';

const ID = 'video_fd35ee52-2a98-44a6-b930-29a88ce9b8fd.mp4';

it.each([
  ['an MD5', '"d41d8cd98f00b204e9800998ecf8427e"'],
  ['one of S3, in many parts', '"d41d8cd98f00b204e9800998ecf8427e-10000"'],
  ['a SHA-256', `"${'0123456789abcdef'.repeat(4)}"`],
  ['one with odd characters', '"a/b:c=d+e"'],
  ['an empty one', '""'],
  ['a date', 'Wed, 21 Oct 2015 07:28:00 GMT'],
])('a partial file keeps %s in a name of 143 bytes at most', async (_, validator) => {
  const prefix = partialPrefix(ID, 'arguments');
  for (const owner of [await newOwner(), 'ffffffff-4194304-4294967295-ffffff', releasedOwner()]) {
    const name = partialName(prefix, validator, owner);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(143);
    expect(name).toMatch(/^\.[\w.-]+\.partial$/);
    expect(parsePartialName(prefix, name)).toEqual({ validator, owner });
  }
});

it.each([null, `"${'x'.repeat(200)}"`])('a partial file cannot keep the validator %j', (validator) => {
  const prefix = partialPrefix(ID, 'arguments');
  const name = partialName(prefix, validator, releasedOwner());
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(143);
  expect(parsePartialName(prefix, name)?.validator).toBeNull();
});

it('a partial file of other arguments has another prefix', () => {
  const prefix = partialPrefix(ID, 'arguments');
  const other = partialName(partialPrefix(ID, 'other'), '"v1"', releasedOwner());
  expect(parsePartialName(prefix, other)).toBeNull();
  expect(parsePartialName(prefix, 'movie.mp4')).toBeNull();
});
