import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import * as sdk from 'videos-client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { hang, play, type Step } from './helpers/fetch-service.ts';
import { completed, failed, ID, processing, task } from './helpers/task.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const status = (code: number, init?: ResponseInit) => () =>
  new Response('{"message":"No."}', { ...init, status: code });
const offline = () =>
  Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }));

/** What getResult and waitForCompletion reject with, by what the service responds and by the options of the wait. */
const resultError = async (step: Step) => settle(play(step).client({ maxRetries: 0 }).getResult(ID));
const waitError = async (step: Step, polling: sdk.WaitOptions = {}) =>
  settle(play(step).client({ maxRetries: 0, polling }).waitForCompletion(ID));
async function settle(promise: Promise<unknown>): Promise<sdk.AnyVideosError> {
  const failure = failureOf(promise);
  await vi.runAllTimersAsync();
  return (await failure) as sdk.AnyVideosError;
}

const response = { code: null, body: { message: 'No.' }, requestId: null, retryAfter: null };
const pausing = { headers: { 'x-request-id': 'r-1', 'retry-after': '7' } };

interface Case {
  error: () => Promise<sdk.AnyVideosError>;
  isTransient: boolean;
  /** What it carries in addition to `taskId` and `isTransient`. */
  carries: object;
}
const cases: Record<string, Case[]> = {
  ApiError: [
    { error: () => resultError(status(400)), isTransient: false, carries: { ...response, status: 400 } },
    { error: () => resultError(status(418)), isTransient: false, carries: { ...response, status: 418 } },
    ...[408, 425, 500, 502, 504, 599].map((code) => ({
      error: () => resultError(status(code, pausing)),
      isTransient: true,
      carries: { ...response, status: code, requestId: 'r-1' },
    })),
    {
      error: () => resultError(status(503, pausing)),
      isTransient: true,
      carries: { ...response, status: 503, requestId: 'r-1', retryAfter: 7_000 },
    },
  ],
  AuthenticationError: [401, 403].map((code) => ({
    error: () => resultError(status(code)),
    isTransient: false,
    carries: { ...response, status: code },
  })),
  NotFoundError: [404, 410].map((code) => ({
    error: () => resultError(status(code)),
    isTransient: false,
    carries: { ...response, status: code },
  })),
  RateLimitError: [
    { error: () => resultError(status(429)), isTransient: true, carries: { ...response, status: 429 } },
    {
      error: () => resultError(status(429, pausing)),
      isTransient: true,
      carries: { ...response, status: 429, requestId: 'r-1', retryAfter: 7_000 },
    },
  ],
  ConnectionError: [{ error: () => resultError(offline), isTransient: true, carries: {} }],
  RequestTimeoutError: [{ error: () => resultError(hang), isTransient: true, carries: { timeout: 30_000 } }],
  InvalidResponseError: [
    {
      error: () => resultError(task({ status: 'odd' })),
      isTransient: true,
      carries: {
        status: 200,
        body: task({ status: 'odd' }),
        issues: [expect.objectContaining({ path: ['status'] })],
      },
    },
    {
      error: () => resultError(() => new Response('not JSON')),
      isTransient: true,
      carries: { status: 200, body: 'not JSON', issues: [] },
    },
  ],
  VideoFailedError: [
    {
      error: () => waitError(failed),
      isTransient: false,
      carries: { video: { ...failed, actualDuration: null } },
    },
  ],
  WaitTimeoutError: [
    {
      error: () => waitError(processing, { maxWait: 5_000 }),
      isTransient: true,
      carries: {
        elapsed: 5_000,
        lastVideo: { ...processing, actualDuration: null },
        polls: 2,
        failedPolls: 0,
      },
    },
  ],
  PollingFailedError: [
    {
      error: () => waitError(status(500), { maxFailures: 2, jitter: false }),
      isTransient: true,
      carries: { failures: 2, elapsed: 30_000, lastVideo: null, polls: 2, failedPolls: 2 },
    },
  ],
};
const table = Object.entries(cases).flatMap(([name, list]) => list.map((one) => ({ name, ...one })));

it.each(table)(
  'a $name has its class, its name and these fields: $carries',
  async ({ name, error, isTransient, carries }) => {
    const thrown = await error();
    expect(thrown).toBeInstanceOf(new Map(Object.entries(sdk)).get(name));
    expect(thrown).toBeInstanceOf(sdk.VideosError);
    expect(thrown).toBeInstanceOf(Error);
    expect(sdk.isVideosError(thrown)).toBe(true);
    expect(thrown.name).toBe(name);
    expect({ ...thrown }).toEqual({ taskId: ID, isTransient, ...carries });
  },
);

it.each(table)('a $name says what happened to which task, and what to do', async ({ error }) => {
  const { message } = await error();
  expect(message).toMatch(/^Failed to [^:]+ task video_1234567890(: | to end: )\S.*[^.]\. [A-Z].*\.$/);
  expect(message).not.toContain('\n');
});

it.each(table)('the stack of a $name begins with its name and message', async ({ error }) => {
  const { name, message, stack } = await error();
  expect(stack?.split('\n')[0]).toBe(`${name}: ${message}`);
});

it.each(table)('a $name is complete in JSON and in print', async ({ name, error }) => {
  const thrown = await error();
  const { message, taskId, isTransient } = thrown;
  expect(JSON.parse(JSON.stringify(thrown))).toMatchObject({ name, message, taskId, isTransient });
  expect(inspect(thrown)).toContain(`${name}: ${message}`);
});

const causeInJson = async (error: Promise<sdk.AnyVideosError>) =>
  JSON.parse(JSON.stringify(await error)).cause;

it('the JSON of an error has its causes, down to the last one of this package', async () => {
  const cause = await causeInJson(waitError(offline, { maxFailures: 1 }));
  expect(cause).toMatchObject({
    name: 'ConnectionError',
    taskId: ID,
    cause: { name: 'TypeError', message: 'fetch failed' },
  });
});

it('the JSON of an error has the name, message and code of a foreign cause, and no more', async () => {
  const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  Object.assign(reset, { request: { of: reset } });
  const offline = () => Promise.reject(reset);
  expect(await causeInJson(resultError(offline))).toEqual({
    name: 'Error',
    message: 'reset',
    code: 'ECONNRESET',
  });
  const big = Object.assign(new Error('big'), { code: 10n });
  expect(await causeInJson(resultError(() => Promise.reject(big)))).toEqual({
    name: 'Error',
    message: 'big',
  });
  const odd = { toJSON: () => expect.unreachable() };
  expect(await causeInJson(resultError(() => Promise.reject(odd)))).toBeUndefined();
  expect(await causeInJson(resultError(() => Promise.reject('no line')))).toBe('no line');
});

it('AuthenticationError, NotFoundError and RateLimitError are ApiErrors, and no other error is', async () => {
  for (const { name, error } of table) {
    const isApiError = ['ApiError', 'AuthenticationError', 'NotFoundError', 'RateLimitError'].includes(name);
    expect((await error()) instanceof sdk.ApiError).toBe(isApiError);
  }
});

it('each exported error class is in the tables of this file', () => {
  const exported = Object.keys(sdk).filter((name) => name.endsWith('Error') && !name.startsWith('is'));
  expect(exported.sort()).toEqual(
    [...Object.keys(cases), 'DownloadError', 'OutcomeUnknownError', 'VideosError'].sort(),
  );
});

it('the failure behind an error is its cause', async () => {
  expect((await resultError(offline)).cause).toMatchObject({ message: 'fetch failed' });
  const gaveUp = await cases.PollingFailedError?.[0]?.error();
  expect(gaveUp?.cause).toMatchObject({ name: 'ApiError', status: 500 });
  const expired = await waitError(status(500), { maxWait: 5_000 });
  expect(expired.cause).toMatchObject({ name: 'ApiError', status: 500 });
});

it('an error without a failure behind it has no cause', async () => {
  expect(Object.hasOwn(await resultError(status(400)), 'cause')).toBe(false);
});

it('an error is recognised by a mark that all copies of the package share, and its name can be set', async () => {
  const error = await resultError(status(400));
  expect(sdk.isVideosError(Object.assign(new Error(), { [Symbol.for('videos-client.error')]: true }))).toBe(
    true,
  );
  expect(Object.getOwnPropertyDescriptor(error, 'name')).toMatchObject({
    enumerable: false,
    configurable: true,
    writable: true,
  });
  expect(Object.getOwnPropertyDescriptor(error, Symbol.for('videos-client.error'))).toMatchObject({
    value: true,
  });
});

it('an error is made even if Error.captureStackTrace is missing', async () => {
  const { captureStackTrace } = Error;
  try {
    Reflect.deleteProperty(Error, 'captureStackTrace');
    expect(await resultError(status(400))).toMatchObject({ name: 'ApiError' });
  } finally {
    Error.captureStackTrace = captureStackTrace;
  }
});

it('an OutcomeUnknownError has no task id, is not transient, and says when the request was sent', () => {
  const cause = new sdk.ConnectionError('Failed.', { taskId: null, cause: new Error('reset') });
  const error = new sdk.OutcomeUnknownError('Failed.', { sentAt: 1_761_635_478_000, cause });
  expect(error).toMatchObject({ name: 'OutcomeUnknownError', cause });
  expect({ ...error }).toEqual({ taskId: null, isTransient: false, sentAt: 1_761_635_478_000 });
  expect(JSON.parse(JSON.stringify(error))).toMatchObject({
    name: 'OutcomeUnknownError',
    message: 'Failed.',
    taskId: null,
    sentAt: 1_761_635_478_000,
    cause: { name: 'ConnectionError' },
  });
  expect(sdk.isVideosError(error)).toBe(true);
});

it('a DownloadError is a VideosError', () => {
  const details = { taskId: ID, isTransient: true, url: null, status: null, receivedBytes: 7 };
  const error = new sdk.DownloadError('Failed.', details);
  expect(error).toMatchObject({ name: 'DownloadError', ...details });
  expect(sdk.isVideosError(error)).toBe(true);
});

it.each([
  [200, 'ConnectionError', ': the response was cut off (reset by peer). '],
  [300, 'ApiError', ': the service answered 300. '],
  [500, 'ApiError', ': the service answered 500. '],
])('a body that is cut off after the status %i is a %s', async (code, name, words) => {
  const body = () => new ReadableStream({ pull: () => Promise.reject(new Error('reset by peer')) });
  const error = await resultError(() => new Response(body(), { status: code }));
  expect(error).toMatchObject({ name });
  expect(error.message).toContain(words);
});

it('an odd error of a custom fetch is quoted as far as possible', async () => {
  const odd = Object.assign(new Error(), { message: { reason: 'none' } });
  expect(await resultError(() => Promise.reject(odd))).toMatchObject({ name: 'ConnectionError' });
  expect((await resultError(() => Promise.reject(odd))).message).toContain(
    ': no response ([object Object]). ',
  );
});

it('the outer error is quoted if its causes have no message', async () => {
  const fetch = () => Promise.reject(new TypeError('fetch failed', { cause: new Error() }));
  expect((await resultError(fetch)).message).toContain(': no response (fetch failed). ');
  const several = new AggregateError([new Error('connect ECONNREFUSED ::1:80')]);
  const behind = () => Promise.reject(new TypeError('fetch failed', { cause: several }));
  expect((await resultError(behind)).message).toContain(': no response (connect ECONNREFUSED ::1:80). ');
});

it('a cause is quoted even if it is an error of another realm, as in Jest', async () => {
  const reset = runInNewContext("Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })");
  const fetch = () => Promise.reject(new TypeError('fetch failed', { cause: reset }));
  expect((await resultError(fetch)).message).toContain('(read ECONNRESET)');
  expect((await resultError(() => Promise.reject(reset))).message).toContain('(read ECONNRESET)');
});

it('the root cause is quoted', async () => {
  expect((await resultError(offline)).message).toContain(': no response (connect ECONNREFUSED). ');
});

it('the failure of an apiKey function is a ConnectionError with that failure as its cause', async () => {
  const cause = new Error('The vault is locked.');
  const apiKey = () => Promise.reject(cause);
  const error = await settle(play(completed).client({ apiKey, maxRetries: 0 }).getResult(ID));
  expect(error).toMatchObject({ name: 'ConnectionError', isTransient: true, cause });
  expect(error.message).toContain('the apiKey function failed (The vault is locked.). ');
  expect(error.message).toMatch(/ check the apiKey function\.$/);
});

it.each([
  ['WaitTimeoutError', () => waitError(processing, { maxWait: 5_000 })],
  ['PollingFailedError', () => waitError(status(500), { maxFailures: 1 })],
])(
  'a %s says that the task may still finish, not to submit it again, and how to resume',
  async (_, error) => {
    expect((await error()).message).toContain(
      'The task may still finish, and it has been paid for: do not submit it again. Resume with waitForCompletion("video_1234567890"), later or with a longer maxWait.',
    );
  },
);

it('a PollingFailedError says how many polls failed, and quotes the last error', async () => {
  const { message } = await waitError(status(500), { maxFailures: 2 });
  expect(message).toMatch(
    /^Failed to wait for task video_1234567890 to end: 2 consecutive polls failed\. Last error: Failed to get the result of task video_1234567890: the service \w+ 500: "No\."\. /,
  );
});

it('a message shows no more than 200 characters of a long id', async () => {
  const id = `two words ${'x'.repeat(500)}`;
  const error = await settle(play(status(404)).client().getResult(id));
  expect(error.taskId).toBe(id);
  expect(error.message).toMatch(/^Failed to get the result of task "two words x+"…: the service/);
  expect(error.message.length).toBeLessThan(450);
});

it.each([
  [401, 'Check the API key (option apiKey, or VIDEOS_API_KEY).'],
  [404, 'Check the id. Tasks are kept for about a day: an older one is unknown.'],
  [429, 'Poll less often.'],
  [500, 'Try again later. The task itself is not affected.'],
  [422, 'The same request will be refused again: check the id and the options.'],
])('a message says what to do about %i', async (code, advice) => {
  expect((await resultError(status(code))).message).toBe(
    `Failed to get the result of task video_1234567890: the service answered ${code}: "No.". ${advice}`,
  );
});

it.each([
  [429, '7', 'Retry after 7 s, and poll less often.'],
  [429, '0', 'Poll less often.'],
  [503, '100', 'Try again after 100 s. The task itself is not affected.'],
])('a message says what to do about %i with a Retry-After of %s', async (code, seconds, advice) => {
  const headers = { 'retry-after': seconds };
  expect((await resultError(status(code, { headers }))).message).toContain(`: "No.". ${advice}`);
});

it('a message says how long a request had if a crowded client had used up most of its time', async () => {
  const client = play(hang).client({ maxConcurrency: 1, timeout: 2_000, maxRetries: 0 });
  const first = failureOf(client.getResult('video_1', { timeout: 900 }));
  const options = { maxWait: 0, onPollError: vi.fn() };
  const second = failureOf(client.waitForCompletion(ID, options));
  await vi.runAllTimersAsync();
  await Promise.all([first, second]);
  const [{ error }] = options.onPollError.mock.calls[0] ?? [{}];
  expect(error.message).toBe(
    'Failed to get the result of task video_1234567890: no complete response within the 1 s that the wait had left. The task itself is not affected. Try again, or raise maxWait.',
  );
});

it('the stack of a timeout has the line of the call', async () => {
  async function theLineOfTheCall() {
    await play(hang).client({ maxRetries: 0 }).getResult(ID);
  }
  const { stack } = await settle(theLineOfTheCall());
  expect(stack).toMatch(/^RequestTimeoutError: Failed to get[^\n]*\n/);
  expect(stack).toContain('theLineOfTheCall');
});

it('isVideosError works across two copies of the package, unlike instanceof', async () => {
  const error = await resultError(status(401));
  vi.resetModules();
  const copy = await import('videos-client');
  expect(copy.VideosError).not.toBe(sdk.VideosError);
  expect(error).not.toBeInstanceOf(copy.VideosError);
  expect(copy.isVideosError(error)).toBe(true);
});

it('a wait of one copy of the package tolerates the failed poll of a client of another copy', async () => {
  vi.resetModules();
  const copy = await import('videos-client');
  const { fetch, times } = play(status(500), completed);
  const client = new copy.VideosClient({ apiKey: 'test-key', fetch, maxRetries: 0 });
  const waiting = sdk.waitForCompletion(client, ID, { jitter: false });
  await vi.runAllTimersAsync();
  expect(await waiting).toEqual(completed);
  expect(times).toEqual([0, 30_000]);
});

it.each([undefined, null, 'ApiError', 42, {}, new Error('x'), new TypeError('x'), { name: 'ApiError' }])(
  'isVideosError is false for %s',
  (value) => {
    expect(sdk.isVideosError(value)).toBe(false);
  },
);
