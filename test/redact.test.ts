import { expect, it } from 'vitest';
import { redactData, redactError } from '../src/internal/redact.ts';
import { bodyOf, quote, shorten } from '../src/internal/text.ts';
import { IN_JSON, IN_URL, KEY } from './helpers/key-leaks.ts';

const clean = (text: string, key = KEY) => redactError(new Error(text), key).message;

it.each([
  ['as it is', KEY],
  ['encoded for a URL', IN_URL],
  ['encoded for a URL in lower case', IN_URL.replace(/%../g, (hex) => hex.toLowerCase())],
  ['escaped for JSON', IN_JSON],
  ['escaped for JSON as PHP does it', IN_JSON.replaceAll('/', '\\/')],
  ['with escaped slashes alone', KEY.replaceAll('/', '\\/')],
  ['escaped for JSON, and quoted by a message', JSON.stringify(IN_JSON.replaceAll('/', '\\/')).slice(1, -1)],
])('a key is replaced wherever it is in a text: %s', (_, form) => {
  expect(clean(`a ${form} b ${form}${form}`)).toBe('a [redacted] b [redacted][redacted]');
  expect(redactData({ [form]: [form, { deep: `x${form}` }] }, KEY)).toEqual({
    '[redacted]': ['[redacted]', { deep: 'x[redacted]' }],
  });
});

it.each([
  ['as it is', (text: string) => text],
  ['encoded for a URL', encodeURIComponent],
  ['escaped for JSON', (text: string) => JSON.stringify(text).slice(1, -1)],
])('wherever a text was cut, at most 7 characters of a key are left: %s', (_, encode) => {
  const encoded = encode(KEY);
  for (let left = 0; left <= encoded.length; left++) {
    const textOf = (limit: number) => `${'.'.repeat(limit - left)}${encoded}${'.'.repeat(5_000)}`;
    expect(clean(`Failed: ${quote(shorten(textOf(200)))}. Try again.`)).not.toContain('sk-live-');
    const error = Object.assign(new Error('no'), { body: bodyOf(textOf(4096), undefined) });
    expect(redactError(error, KEY).body).not.toContain('sk-live-');
  }
});

it('the beginning of a key is replaced only where a text was cut', () => {
  expect(clean('for sk-live-1 it is refused')).toBe('for sk-live-1 it is refused');
  expect(clean('refused: "sk-live-1…". Try again.')).toBe('refused: "[redacted]…". Try again.');
  expect(clean('refused sk-live-')).toBe('refused [redacted]');
  expect(clean('refused sk-live')).toBe('refused sk-live');
  // Another word that begins alike, such as an id.
  expect(clean('Resume with waitForCompletion("sk-live-17").')).toBe(
    'Resume with waitForCompletion("sk-live-17").',
  );
});

it('the beginning of a key stays in JSON, of which nothing was cut', () => {
  const body = { tenant: 'sk-live-1', error: `no ${KEY}` };
  expect(redactError(Object.assign(new Error('no'), { body }), KEY).body).toEqual({
    tenant: 'sk-live-1',
    error: 'no [redacted]',
  });
});

it.each(['k', 'video', 'test-ke'])('a key shorter than 8 characters is not searched for: %s', (key) => {
  const error = Object.assign(new Error(`Failed ${key}`, { cause: new Error(key) }), { body: { key } });
  const before = { message: error.message, cause: error.cause, body: error.body };
  expect(redactError(error, key)).toMatchObject(before);
  expect(redactData(key, key)).toBe(key);
});

it('a key of 8 characters is searched for', () => {
  expect(clean('Failed test-key.', 'test-key')).toBe('Failed [redacted].');
});

it('a key may be longer than any header', () => {
  const key = `ey${'J/1+c2_-'.repeat(12_000)}`;
  expect(clean(`No such key: ${key}.`, key)).toBe('No such key: [redacted].');
  expect(clean(`No such key: ${key.slice(0, 99)}`, key)).toBe('No such key: [redacted]');
  expect(clean(`No such key: "${key.slice(0, 5_000)}…"`, key)).toBe('No such key: "[redacted]…"');
});

it('a key that begins with a slash is found in an instant among a hundred thousand backslashes', () => {
  const text = `${'\\'.repeat(100_000)}/secret-key`;
  expect(redactData(text, '/secret-key')).toMatch(/^\\+\[redacted]$/);
  expect(clean(text, '/secret-key')).toMatch(/^\\+\[redacted]$/);
});

it('a key is found next to what could be a part of an escape, and nothing else is touched', () => {
  const key = 'deadbeef-42';
  expect(clean(`%${key} \\${key} &amp;${key}; %2f${key}%2f \\"${key}\\"`, key)).toBe(
    '%[redacted] \\[redacted] &amp;[redacted]; %2f[redacted]%2f \\"[redacted]\\"',
  );
});

it.each([
  ['that contains it', KEY, '[redacted]'],
  ['without it', 'fine', 'fine'],
])('data is searched however deep it is nested: %s', (_, word, expected) => {
  let data: unknown = word;
  for (let depth = 0; depth < 20_000; depth++) data = [data];
  let inner: unknown = redactData({ data }, KEY).data;
  while (Array.isArray(inner)) inner = inner[0];
  expect(inner).toBe(expected);
});

it('data without the key is the same object', () => {
  const video = { id: 'video_1', nested: [{ a: 1, b: null }] };
  expect(redactData(video, KEY)).toBe(video);
});

it('an error stays the same object, and keeps its other fields', () => {
  const body = { plan: 'free' };
  const error = Object.assign(new TypeError(KEY), { body, status: 401, code: null });
  expect(redactError(error, KEY)).toBe(error);
  expect(error).toMatchObject({ name: 'TypeError', message: '[redacted]', status: 401, code: null });
  expect(error.body).toBe(body);
  expect(error.stack).toContain('TypeError: [redacted]');
});
