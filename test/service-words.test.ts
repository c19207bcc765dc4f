import fc from 'fast-check';
import { expect, it } from 'vitest';
import { serviceWords } from '../src/internal/service-words.ts';
import { errorOf } from './helpers/fetch-service.ts';

const wordsOf = (body: unknown) => serviceWords(JSON.stringify(body), body);

it.each<[unknown, string | null]>([
  [{ message: 'No such task' }, 'No such task'],
  [{ msg: '登录验证失败' }, '登录验证失败'],
  [{ error: 'No such task' }, 'No such task'],
  [{ error: { message: 'No such task', code: 'E404', type: 'invalid' } }, 'No such task'],
  [{ error: { detail: 'No such task' } }, 'No such task'],
  [{ detail: 'Not authenticated' }, 'Not authenticated'],
  [{ detail: ['No prompt', 'No model'] }, 'No prompt; No model'],
  // FastAPI.
  [
    { detail: [{ type: 'missing', loc: ['body', 'prompt'], msg: 'Field required', input: {} }] },
    'Field required',
  ],
  // Problem details, RFC 9457.
  [
    { type: 'https://example.com/p', title: 'Unprocessable', status: 422, detail: 'The prompt is empty.' },
    'Unprocessable; The prompt is empty.',
  ],
  // ASP.NET, Rails, Laravel.
  [
    { title: 'Errors occurred.', traceId: '00-1', errors: { Prompt: ['Prompt is required.'] } },
    'Errors occurred.; Prompt is required.',
  ],
  [{ errors: [{ message: 'Bad ratio', path: ['ratio'] }, { message: 'No prompt' }] }, 'Bad ratio; No prompt'],
  [{ errors: ['Bad ratio'] }, 'Bad ratio'],
  [
    { message: ['duration must be a number'], error: 'Bad Request' },
    'duration must be a number; Bad Request',
  ],
  [
    { error: 'invalid_token', error_description: 'The token has expired' },
    'invalid_token; The token has expired',
  ],
  [{ code: 500, data: { msg: 'The generator is busy' } }, 'The generator is busy'],
  [{ base_resp: { status_code: 1004, status_msg: 'login fail' } }, 'login fail'],
  [{ Message: 'Busy', __type: 'ThrottlingException' }, 'Busy'],
  [{ errMsg: 'Busy' }, 'Busy'],
  [{ errorMessage: 'Busy', errorCode: 'E1', errorType: 'T' }, 'Busy'],
  [[{ message: 'One' }, 'Two'], 'One; Two'],
  ['Missing Authentication header', 'Missing Authentication header'],
  [{ message: '', error: { message: ' \u200b' }, msg: null, title: ' Busy\n now ' }, 'Busy now'],
  [{ message: 'Busy', error: { message: 'Busy' } }, 'Busy'],
  // No words: better a code than nothing.
  [{ error: { code: 'InvalidApiKey', status: 401 } }, 'InvalidApiKey'],
  [{ request_id: 'r-1', timestamp: 'now', status: 'error' }, null],
  [{ error: true, message: null, detail: 5 }, null],
  [{}, null],
  [[], null],
  [null, null],
  [7, null],
])('the words of %j are %j', (body, words) => {
  expect(wordsOf(body)).toBe(
    words !== null ? JSON.stringify(words) : body === null || body === 7 ? JSON.stringify(`${body}`) : null,
  );
});

it.each([
  ['No such task\r\n', '"No such task"'],
  ['{"message": "cut of', '"{\\"message\\": \\"cut of"'],
  ['<html><head><title>502 Bad Gateway</title></head>', 'a page of HTML, "502 Bad Gateway"'],
  [
    '<!-- x --><HTML><TITLE> </TITLE><h1 class="a">Too Many\nRequests</h1>',
    'a page of HTML, "Too Many Requests"',
  ],
  ['<center>nginx</center>', 'a page of HTML'],
  [
    '<?xml version="1.0"?><Error><Code>ExpiredToken</Code><Message>It expired.</Message>',
    'XML, "It expired."',
  ],
  ['<?xml version="1.0"?><!DOCTYPE html><html><title>Gone</title>', 'a page of HTML, "Gone"'],
  ['<3 is not markup', '"<3 is not markup"'],
  [' \n\u200b\ufeff', null],
  ['', null],
])('of a body that is not JSON, the words are its beginning or its title: %j', (text, words) => {
  expect(serviceWords(text, undefined)).toBe(words);
});

it('many words, and long ones, are cut', () => {
  const errors = Array.from({ length: 40 }, (_, i) => ({ message: `Fault ${i}` }));
  expect(wordsOf({ errors })).toBe('"Fault 0; Fault 1; Fault 2; Fault 3; Fault 4"');
  expect(wordsOf({ message: 'long '.repeat(1000) })?.length).toBeLessThan(210);
});

it('words are found in JSON of any shape without an error, and are never blank', () => {
  const name = fc.constantFrom('message', 'msg', 'error', 'detail', 'errors', 'title', 'code', 'data', 'x');
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 8 },
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', ' ', '\u200b', '\n', 'Busy'),
      fc.jsonValue(),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(name, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (body) => {
      const words = wordsOf(body);
      if (words !== null) expect(words).toMatch(/^".*[\p{L}\p{N}\p{P}\p{S}].*"$/u);
    }),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(serviceWords(text, undefined) ?? 'x').toMatch(/[\p{L}\p{N}\p{P}\p{S}]/u);
    }),
  );
});

it.each([422, 200])('the words of the service are in the error, with HTTP status %i', async (status) => {
  for (const body of [
    { detail: 'Invalid key' },
    { errors: [{ message: 'Invalid key' }] },
    { title: 'Bad', detail: 'Invalid key' },
    { error: { message: 'Invalid key' } },
    { code: 500, data: null, error: { reason: 'Invalid key' } },
  ]) {
    expect((await errorOf(body, { status })).message).toContain('Invalid key');
  }
});
