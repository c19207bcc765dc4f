import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import * as sdk from 'videos-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { hang, play, type Step } from './helpers/fetch-service.ts';
import { completed, failed, ID, processing, task } from './helpers/task.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const status = (code: number, init?: ResponseInit) => () =>
  new Response('{"message":"No."}', { ...init, status: code });
const offline = () =>
  Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }));

/** What the methods throw, by the steps that the service plays and by the wait that is made. */
const look = async (step: Step) => settle(play(step).client({ maxRetries: 0 }).getResult(ID));
const wait = async (step: Step, polling: sdk.WaitOptions = {}) =>
  settle(play(step).client({ maxRetries: 0, polling }).waitForCompletion(ID));
async function settle(promise: Promise<unknown>): Promise<sdk.AnyVideosError> {
  const failure = failureOf(promise);
  await vi.runAllTimersAsync();
  return (await failure) as sdk.AnyVideosError;
}

const answer = { code: null, body: { message: 'No.' }, requestId: null, retryAfter: null };
const asked = { headers: { 'x-request-id': 'r-1', 'retry-after': '7' } };

interface Case {
  error: () => Promise<sdk.AnyVideosError>;
  isTransient: boolean;
  /** What it carries beside `taskId` and `isTransient`. */
  carries: object;
}
const cases: Record<string, Case[]> = {
  ApiError: [
    { error: () => look(status(400)), isTransient: false, carries: { ...answer, status: 400 } },
    { error: () => look(status(418)), isTransient: false, carries: { ...answer, status: 418 } },
    ...[408, 425, 500, 502, 504, 599].map((code) => ({
      error: () => look(status(code, asked)),
      isTransient: true,
      carries: { ...answer, status: code, requestId: 'r-1' },
    })),
    {
      error: () => look(status(503, asked)),
      isTransient: true,
      carries: { ...answer, status: 503, requestId: 'r-1', retryAfter: 7_000 },
    },
  ],
  AuthenticationError: [401, 403].map((code) => ({
    error: () => look(status(code)),
    isTransient: false,
    carries: { ...answer, status: code },
  })),
  NotFoundError: [404, 410].map((code) => ({
    error: () => look(status(code)),
    isTransient: false,
    carries: { ...answer, status: code },
  })),
  RateLimitError: [
    { error: () => look(status(429)), isTransient: true, carries: { ...answer, status: 429 } },
    {
      error: () => look(status(429, asked)),
      isTransient: true,
      carries: { ...answer, status: 429, requestId: 'r-1', retryAfter: 7_000 },
    },
  ],
  ConnectionError: [{ error: () => look(offline), isTransient: true, carries: {} }],
  RequestTimeoutError: [{ error: () => look(hang), isTransient: true, carries: { timeout: 30_000 } }],
  InvalidResponseError: [
    {
      error: () => look(task({ status: 'odd' })),
      isTransient: true,
      carries: {
        status: 200,
        body: task({ status: 'odd' }),
        issues: [expect.objectContaining({ path: ['status'] })],
      },
    },
    {
      error: () => look(() => new Response('not JSON')),
      isTransient: true,
      carries: { status: 200, body: 'not JSON', issues: [] },
    },
  ],
  VideoFailedError: [
    {
      error: () => wait(failed),
      isTransient: false,
      carries: { video: { ...failed, actualDuration: null } },
    },
  ],
  WaitTimeoutError: [
    {
      error: () => wait(processing, { maxWait: 5_000 }),
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
      error: () => wait(status(500), { maxFailures: 2, jitter: false }),
      isTransient: true,
      carries: { failures: 2, elapsed: 30_000, lastVideo: null, polls: 2, failedPolls: 2 },
    },
  ],
};
const table = Object.entries(cases).flatMap(([name, list]) => list.map((one) => ({ name, ...one })));

describe('every error that a method throws', () => {
  it.each(table)('is a $name that carries $carries', async ({ name, error, isTransient, carries }) => {
    const thrown = await error();
    expect(thrown).toBeInstanceOf(new Map(Object.entries(sdk)).get(name));
    expect(thrown).toBeInstanceOf(sdk.VideosError);
    expect(thrown).toBeInstanceOf(Error);
    expect(sdk.isVideosError(thrown)).toBe(true);
    expect(thrown.name).toBe(name);
    expect({ ...thrown }).toEqual({ taskId: ID, isTransient, ...carries });
  });

  it.each(table)('says what happened to which task, and what to do: $name', async ({ error }) => {
    const { message } = await error();
    expect(message).toMatch(/^Failed to [^:]+ task video_1234567890(: | to end: )\S.*[^.]\. [A-Z].*\.$/);
    expect(message).not.toContain('\n');
  });

  it.each(table)('begins its stack with its name and message: $name', async ({ error }) => {
    const { name, message, stack } = await error();
    expect(stack?.split('\n')[0]).toBe(`${name}: ${message}`);
  });

  it.each(table)('is whole in JSON and when it is printed: $name', async ({ name, error }) => {
    const thrown = await error();
    const { message, taskId, isTransient } = thrown;
    expect(JSON.parse(JSON.stringify(thrown))).toMatchObject({ name, message, taskId, isTransient });
    expect(inspect(thrown)).toContain(`${name}: ${message}`);
  });
});

describe('in JSON, an error', () => {
  const told = async (error: Promise<sdk.AnyVideosError>) => JSON.parse(JSON.stringify(await error)).cause;

  it('tells what caused it, down to the last cause of this package', async () => {
    const cause = await told(wait(offline, { maxFailures: 1 }));
    expect(cause).toMatchObject({
      name: 'ConnectionError',
      taskId: ID,
      cause: { name: 'TypeError', message: 'fetch failed' },
    });
  });

  it('tells of a foreign cause no more than its name, message and code', async () => {
    const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    Object.assign(reset, { request: { of: reset } });
    const offline = () => Promise.reject(reset);
    expect(await told(look(offline))).toEqual({ name: 'Error', message: 'reset', code: 'ECONNRESET' });
    const big = Object.assign(new Error('big'), { code: 10n });
    expect(await told(look(() => Promise.reject(big)))).toEqual({ name: 'Error', message: 'big' });
    const odd = { toJSON: () => expect.unreachable() };
    expect(await told(look(() => Promise.reject(odd)))).toBeUndefined();
    expect(await told(look(() => Promise.reject('no line')))).toBe('no line');
  });
});

describe('the family', () => {
  it('has the kinds of ApiError under ApiError, and nothing else', async () => {
    for (const { name, error } of table) {
      const isApiError = ['ApiError', 'AuthenticationError', 'NotFoundError', 'RateLimitError'].includes(
        name,
      );
      expect((await error()) instanceof sdk.ApiError).toBe(isApiError);
    }
  });

  it('has a class for each name that it exports', () => {
    const exported = Object.keys(sdk).filter((name) => name.endsWith('Error') && !name.startsWith('is'));
    expect(exported.sort()).toEqual(
      [...Object.keys(cases), 'DownloadError', 'OutcomeUnknownError', 'VideosError'].sort(),
    );
  });

  it('keeps what lies behind an error in its cause', async () => {
    expect((await look(offline)).cause).toMatchObject({ message: 'fetch failed' });
    const gaveUp = await cases.PollingFailedError?.[0]?.error();
    expect(gaveUp?.cause).toMatchObject({ name: 'ApiError', status: 500 });
    const expired = await wait(status(500), { maxWait: 5_000 });
    expect(expired.cause).toMatchObject({ name: 'ApiError', status: 500 });
  });

  it('has no cause where nothing lies behind it', async () => {
    expect(Object.hasOwn(await look(status(400)), 'cause')).toBe(false);
  });

  it('is known by a mark that every copy of the package shares, and its name can be set', async () => {
    const error = await look(status(400));
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

  it('is made where V8 is not, too', async () => {
    const { captureStackTrace } = Error;
    try {
      Reflect.deleteProperty(Error, 'captureStackTrace');
      expect(await look(status(400))).toMatchObject({ name: 'ApiError' });
    } finally {
      Error.captureStackTrace = captureStackTrace;
    }
  });

  it('includes what a create throws whose outcome is unknown', () => {
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

  it('includes what a download throws', () => {
    const details = { taskId: ID, isTransient: true, url: null, status: null, receivedBytes: 7 };
    const error = new sdk.DownloadError('Failed.', details);
    expect(error).toMatchObject({ name: 'DownloadError', ...details });
    expect(sdk.isVideosError(error)).toBe(true);
  });

  it.each([
    [200, 'ConnectionError', ': the response was cut off (reset by peer). '],
    [300, 'ApiError', ': the service answered 300. '],
    [500, 'ApiError', ': the service answered 500. '],
  ])('is, where the body of an answer with status %i is cut off, a %s', async (code, name, words) => {
    const body = () => new ReadableStream({ pull: () => Promise.reject(new Error('reset by peer')) });
    const error = await look(() => new Response(body(), { status: code }));
    expect(error).toMatchObject({ name });
    expect(error.message).toContain(words);
  });

  it('says what it can where a foreign fetch throws an odd error', async () => {
    const odd = Object.assign(new Error(), { message: { reason: 'none' } });
    expect(await look(() => Promise.reject(odd))).toMatchObject({ name: 'ConnectionError' });
    expect((await look(() => Promise.reject(odd))).message).toContain(': no response ([object Object]). ');
  });

  it('says in the words of the outer error why there was no answer, where the inner ones have none', async () => {
    const fetch = () => Promise.reject(new TypeError('fetch failed', { cause: new Error() }));
    expect((await look(fetch)).message).toContain(': no response (fetch failed). ');
    const several = new AggregateError([new Error('connect ECONNREFUSED ::1:80')]);
    const behind = () => Promise.reject(new TypeError('fetch failed', { cause: several }));
    expect((await look(behind)).message).toContain(': no response (connect ECONNREFUSED ::1:80). ');
  });

  it('quotes the cause also where it is an error of another realm, as in Jest', async () => {
    const reset = runInNewContext("Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })");
    const fetch = () => Promise.reject(new TypeError('fetch failed', { cause: reset }));
    expect((await look(fetch)).message).toContain('(read ECONNRESET)');
    expect((await look(() => Promise.reject(reset))).message).toContain('(read ECONNRESET)');
  });

  it('says in the words of the innermost cause why there was no answer', async () => {
    expect((await look(offline)).message).toContain(': no response (connect ECONNREFUSED). ');
  });

  it('takes the failure of an apiKey function for a failed connection, with its error as the cause', async () => {
    const cause = new Error('The vault is locked.');
    const apiKey = () => Promise.reject(cause);
    const error = await settle(play(completed).client({ apiKey, maxRetries: 0 }).getResult(ID));
    expect(error).toMatchObject({ name: 'ConnectionError', isTransient: true, cause });
    expect(error.message).toContain('the apiKey function failed (The vault is locked.). ');
    expect(error.message).toMatch(/ check the apiKey function\.$/);
  });
});

describe('what ends a wait before the task', () => {
  it.each([
    ['WaitTimeoutError', () => wait(processing, { maxWait: 5_000 })],
    ['PollingFailedError', () => wait(status(500), { maxFailures: 1 })],
  ])('says that it may still finish, not to submit it again, and how to resume: %s', async (_, error) => {
    expect((await error()).message).toContain(
      'The task may still finish, and it has been paid for: do not submit it again. Resume with waitForCompletion("video_1234567890"), later or with a longer maxWait.',
    );
  });

  it('is, for PollingFailedError, how many polls failed and the last error', async () => {
    const { message } = await wait(status(500), { maxFailures: 2 });
    expect(message).toMatch(
      /^Failed to wait for task video_1234567890 to end: 2 consecutive polls failed\. Last error: Failed to get the result of task video_1234567890: the service \w+ 500: "No\."\. /,
    );
  });
});

describe('a message', () => {
  it('shows no more than 200 characters of a long id', async () => {
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
  ])('advises what to do about %i', async (code, advice) => {
    expect((await look(status(code))).message).toBe(
      `Failed to get the result of task video_1234567890: the service answered ${code}: "No.". ${advice}`,
    );
  });

  it.each([
    [429, '7', 'Retry after 7 s, and poll less often.'],
    [429, '0', 'Poll less often.'],
    [503, '100', 'Try again after 100 s. The task itself is not affected.'],
  ])('advises what to do about %i with a Retry-After of %s', async (code, seconds, advice) => {
    const headers = { 'retry-after': seconds };
    expect((await look(status(code, { headers }))).message).toContain(`: "No.". ${advice}`);
  });

  it('says how long a request had that was left little time by a crowded client', async () => {
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

  it('of a timeout has the line that asked in its stack', async () => {
    async function theLineThatAsked() {
      await play(hang).client({ maxRetries: 0 }).getResult(ID);
    }
    const { stack } = await settle(theLineThatAsked());
    expect(stack).toMatch(/^RequestTimeoutError: Failed to get[^\n]*\n/);
    expect(stack).toContain('theLineThatAsked');
  });
});

describe('isVideosError', () => {
  it('holds across two copies of the package, where instanceof does not', async () => {
    const error = await look(status(401));
    vi.resetModules();
    const copy = await import('videos-client');
    expect(copy.VideosError).not.toBe(sdk.VideosError);
    expect(error).not.toBeInstanceOf(copy.VideosError);
    expect(copy.isVideosError(error)).toBe(true);
  });

  it('lets a wait of one copy ride over the failed poll of a client of another', async () => {
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
    'says no to %s',
    (value) => {
      expect(sdk.isVideosError(value)).toBe(false);
    },
  );
});
