import { type InvalidResponseError, parseVideo } from 'videos-client';
import { expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { errorOf, play, resultOf } from './helpers/fetch-service.ts';
import { completed, ID } from './helpers/task.ts';

it('a reply that breaks the contract is an InvalidResponseError that says which task, which field, what came, and what to do', async () => {
  const reply = { ...completed, video_url: '' };
  const error = (await errorOf(reply)) as unknown as InvalidResponseError;
  expect(error).toMatchObject({ name: 'InvalidResponseError', status: 200, taskId: ID, isTransient: true });
  expect(error.body).toEqual(reply);
  expect(error.message).toBe(
    'Failed to read the reply for task video_1234567890: video_url: expected an http(s) URL, got "". The task is completed, and its URL may still come: try again. Files are kept for 24 hours; after that there is none.',
  );
});

it('the error for a reply that breaks the contract names every field that is wrong', async () => {
  await expect(resultOf({ ...completed, created: 'x', model: 1 })).rejects.toThrow(
    /: created: expected a number or null, got "x"; model: expected a string or null, got 1\. /,
  );
});

it('the error for a reply that breaks the contract quotes its words, and says that the task is not affected', async () => {
  const { message } = await errorOf({ message: 'please wait' });
  expect(message).toBe(
    'Failed to read the reply for task video_1234567890: id: expected a string that is not blank, got nothing; status: expected queued, processing, completed or failed, got nothing. It says: "please wait". The task itself is not affected. Try again; if it keeps failing, check baseUrl.',
  );
  expect((await errorOf('5')).message).not.toContain('It says');
});

it('the error for a completed task without a URL says that it may still come, even if another field is wrong', async () => {
  const { message } = await errorOf({ ...completed, video_url: null, created: 'x' });
  expect(message).toContain('its URL may still come');
});

it('a reply about a task that makes no video is not transient', async () => {
  for (const reply of [
    { id: 'img', object: 'image.generation', status: 'completed', url: 'https://cdn.example.com/i.png' },
    { code: 0, data: { id: 'img', object: 'audio', status: 'processing' } },
    { id: 'img', object: 'image.generation' },
  ]) {
    const error = await errorOf(reply);
    expect(error).toMatchObject({ name: 'InvalidResponseError', isTransient: false });
    expect(error.message).toContain(
      'It is not a video task, and polling again will not change that. Check the id.',
    );
  }
});

it('a reply that breaks the contract is transient if it does not say what kind of task it is about', async () => {
  expect(await errorOf({ ...completed, object: '', status: 'odd' })).toMatchObject({ isTransient: true });
});

it.each([
  ['', 'it is empty', null],
  ['  ', 'it is empty', '  '],
  [
    '<!doctype html><title>Please log in</title>',
    'it is not JSON: a page of HTML, "Please log in"',
    undefined,
  ],
  ['busy', 'it is not JSON: "busy"', 'busy'],
  ['{"id":"t","sta', 'it is not JSON: "{\\"id\\":\\"t\\",\\"sta"', undefined],
])(
  'a reply that is not JSON is a transient InvalidResponseError that says what it is: %j',
  async (text, problem, body) => {
    const error = await errorOf(text);
    expect(error).toMatchObject({ name: 'InvalidResponseError', isTransient: true, issues: [] });
    expect(error.body).toBe(body === undefined ? text : body);
    expect(error.message).toContain(`: ${problem}. `);
  },
);

it('a reply over 1 MiB is an InvalidResponseError; no more of it is read, and its stream is cancelled', async () => {
  const cancel = vi.fn();
  let pulls = 0;
  const pull = (body: ReadableStreamDefaultController) => {
    pulls++;
    body.enqueue(new Uint8Array(2 ** 16).fill(120));
  };
  const endless = play(() => new Response(new ReadableStream({ pull, cancel }))).client({ maxRetries: 0 });
  const error = (await failureOf(endless.getResult(ID))) as InvalidResponseError;
  expect(error).toMatchObject({ name: 'InvalidResponseError', isTransient: true, body: 'x'.repeat(4096) });
  expect(error.issues).toEqual([{ message: 'it is over 1 MiB' }]);
  expect(pulls).toBeLessThanOrEqual(2 ** 4 + 2);
  expect(cancel).toHaveBeenCalledTimes(1);
});

it('the InvalidResponseError of parseVideo has no task id and no status', () => {
  const value = { id: 't' };
  try {
    parseVideo(value);
    expect.unreachable();
  } catch (error) {
    // The same value will be the same the next time, too.
    const name = 'InvalidResponseError';
    expect(error).toMatchObject({ name, taskId: null, status: null, body: value, isTransient: false });
    expect((error as Error).message).toMatch(
      /^Failed to read the task: status: expected .*, got nothing\. Pass the task exactly as the service sent it, or fetch it again with getResult\.$/,
    );
  }
});

it('an error in an envelope, with HTTP 200, is an ApiError with the code as sent and the words of the service', async () => {
  const reply = { code: 500, msg: 'The generator is busy', data: null };
  const error = await errorOf(reply, { headers: { 'x-request-id': 'r-1' } });
  expect(error).toMatchObject({ name: 'ApiError', status: 200, code: 500, body: reply, requestId: 'r-1' });
  expect(error.message).toBe(
    'Failed to get the result of task video_1234567890: the service answered with code 500: "The generator is busy". Try again later. The task itself is not affected.',
  );
});

it('an error in an envelope that says nothing in words has its code in the message once', async () => {
  const error = await errorOf({ code: 'E1001', msg: '', data: null });
  expect(error.message).toContain('the service answered with code "E1001". Try again later.');
});

it('the words of an error in an envelope may be in message', async () => {
  await expect(resultOf({ code: '500', message: 'Busy', data: null })).rejects.toThrow(
    'code "500": "Busy". ',
  );
});

it.each([
  [401, 'AuthenticationError', false],
  ['403', 'AuthenticationError', false],
  [404, 'NotFoundError', false],
  [410, 'NotFoundError', false],
  ['429', 'RateLimitError', true],
  [400, 'ApiError', false],
  [408, 'ApiError', true],
  [503, 'ApiError', true],
  [1001, 'ApiError', true],
  [-1, 'ApiError', true],
  [1, 'ApiError', true],
  [302, 'ApiError', true],
  ['E_BUSY', 'ApiError', true],
])('an error in an envelope with the code %j is an %s; transient: %j', async (code, name, isTransient) => {
  expect(await errorOf({ code, msg: 'No.', data: null })).toMatchObject({
    name,
    isTransient,
    code,
    status: 200,
  });
});

it('an envelope whose code is neither text nor a number is not an error of the service, but an invalid reply', async () => {
  for (const code of [true, { number: 500 }, [500]]) {
    expect(await errorOf({ code, data: null })).toMatchObject({ name: 'InvalidResponseError' });
  }
});

it('an envelope with a failing code is an error even if it contains a task', async () => {
  expect(await errorOf({ code: 500, data: completed })).toMatchObject({ name: 'ApiError', code: 500 });
});

const route = 'No handler found for GET /kyyReactApiServer/v2/result/x';
it.each([
  [{ message: route }, `"${route}"`, null],
  [{ msg: 'No such task' }, '"No such task"', null],
  [{ error: 'No such task' }, '"No such task"', null],
  [{ error: { message: 'No such task', code: 'E404' } }, '"No such task"', 'E404'],
  [{ code: 4040, msg: 'No such task' }, '"No such task"', 4040],
  ['No such task', '"No such task"', null],
  ['<html><head><title>404 Not Found</title></head></html>', 'a page of HTML, "404 Not Found"', null],
  ['<!DOCTYPE html><p>gone', 'a page of HTML', null],
  ['\n  <html><title lang="en">\n Gone </title>', 'a page of HTML, "Gone"', null],
  ['Not <html> at all', '"Not <html> at all"', null],
  ['x<html>', '"x<html>"', null],
  [{ error: null, message: 'No such task' }, '"No such task"', null],
  [{ code: 'OUTER', error: { message: 'No such task', code: 'INNER' } }, '"No such task"', 'OUTER'],
])('the message of an error quotes the words of its body: %j', async (body, words, code) => {
  const error = await errorOf(body, { status: 404 });
  expect(error).toMatchObject({ name: 'NotFoundError', status: 404, code });
  expect(error.body).toEqual(body);
  expect(error.message).toContain(`: the service answered 404 Not Found: ${words}. `);
});

it('the body of an error may be the JSON value null', async () => {
  const error = await errorOf('null', { status: 404 });
  expect(error).toMatchObject({ name: 'NotFoundError', code: null, body: null });
  expect(error.message).toContain(': the service answered 404 Not Found: "null". ');
});

it.each([[{ message: route }], [{ msg: route.toUpperCase() }], [{ error: { message: route } }], [route]])(
  'an error for an unknown route advises to check baseUrl: %j',
  async (body) => {
    const error = await errorOf(body, { status: 404 });
    expect(error).toMatchObject({ name: 'NotFoundError', isTransient: false });
    expect(error.message).toMatch(/The service has no such route: check the path of baseUrl\.$/);
  },
);

it.each([404, 410])(
  'any other %i advises to check the id, and says how long tasks are kept',
  async (status) => {
    const error = await errorOf({ message: 'task not exist' }, { status });
    expect(error.message).toContain(`task ${ID}: the service answered ${status}`);
    expect(error.message).toMatch(
      /Check the id\. Tasks are kept for about a day: an older one is unknown\.$/,
    );
  },
);

it.each([
  [403, 'Check the API key'],
  [410, 'Check the id'],
  [300, 'Try again later.'],
])('an error with status %i says what to do: %s', async (status, advice) => {
  const words = status === 300 ? '300 Multiple Choices' : `${status} `;
  await expect(resultOf({}, { status })).rejects.toThrow(`: the service answered ${words}`);
  await expect(resultOf({}, { status })).rejects.toThrow(advice);
});

it('a page of HTML with a hundred thousand open tags is searched for its title in linear time', async () => {
  // Some minutes, if every "<title" is searched for its end up to the end of the body.
  const body = `<html>${'<title'.repeat(150_000)}`;
  await expect(resultOf(body, { status: 502 })).rejects.toThrow('502 Bad Gateway: a page of HTML. ');
});

it.each(['', '  ', '{}', '{"message":""}', '[]'])(
  'the message of an error quotes nothing if its body says nothing: %j',
  async (body) => {
    await expect(resultOf(body, { status: 404 })).rejects.toThrow(': the service answered 404 Not Found. ');
  },
);

it('the body of an error is cut at 4 KiB, never within a character', async () => {
  const error = await errorOf(`x${'é'.repeat(4096)}`, { status: 500 });
  expect(error.body).toBe(`x${'é'.repeat(2047)}`);
});

it('the body of an error is text, not JSON, if it is longer than 4 KiB', async () => {
  const error = await errorOf({ message: 'long', filler: 'x'.repeat(5000) }, { status: 500 });
  expect(error.body).toMatch(/^\{"message":"long","filler":"x+$/);
  expect(error.message).toContain(': "long". ');
});
