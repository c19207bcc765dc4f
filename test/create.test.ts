import { type CreateVideoRequest, OutcomeUnknownError } from 'videos-client';
import { expect, it, onTestFinished, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { hang, play } from './helpers/fetch-service.ts';
import { completed, failed, ID, queued, task } from './helpers/task.ts';

const request: CreateVideoRequest = { model: 'videos', prompt: 'A cat on a skateboard', duration: 5 };
const known = {
  id: 'x',
  object: 'video',
  created: null,
  model: null,
  status: 'queued',
  video_url: null,
  actualDuration: null,
  error: null,
};

it('create sends the request as JSON, with fields that the client does not know', async () => {
  const { requests, client } = play(queued);
  const given = { ...request, ratio: '9:16', autoFace: true, seed: undefined, notes: null };
  await client({ headers: { 'x-tenant': '1', 'content-type': 'text/plain' } }).create(given);
  const [sent] = requests;
  expect([sent?.method, new URL(sent?.url ?? '').pathname]).toEqual([
    'POST',
    '/kyyReactApiServer/v1/videos/videos',
  ]);
  expect(sent?.headers.get('content-type')).toBe('application/json');
  expect(sent?.headers.get('authorization')).toBe('Bearer test-key');
  expect(sent?.headers.get('x-tenant')).toBe('1');
  expect(await sent?.json()).toEqual({ ...request, ratio: '9:16', autoFace: true, notes: null });
});

it('create returns a video like any other', async () => {
  const { client } = play(queued);
  const video = await client().create(request);
  expect(video).toEqual({ ...known, id: ID, created: 1761635478, model: 'videos' });
});

it.each<[string, unknown, object]>([
  ['only an id', { id: 'x' }, known],
  ['a projectId at the top', { projectId: 'x' }, { ...known, projectId: 'x' }],
  ['a projectId in an envelope', { code: '0', data: { projectId: 'x' } }, { ...known, projectId: 'x' }],
  ['an id in an envelope without a code', { data: { id: 'x' } }, known],
  ['a task in an envelope', { code: 200, data: { id: 'x', status: 'PROCESSING' } }, { status: 'processing' }],
  ['an id in an envelope that has an id of its own', { id: 'r', code: 0, data: { id: 'x' } }, known],
  ['a blank id and a projectId', { id: '', projectId: 'x' }, { ...known, projectId: 'x' }],
  ['an id that is a number', { id: 42 }, { ...known, id: '42' }],
  ['an id under a code that fails', { code: 500, msg: 'no', data: { projectId: 'x' } }, { id: 'x' }],
  ['an unknown status', { id: 'x', status: 'pending', model: 'videos' }, { ...known, model: 'videos' }],
  ['another object', { id: 'x', object: 'task', status: 'queued', created: 7 }, { ...known, created: 7 }],
  ['completed without a URL', { id: 'x', status: 'completed' }, known],
  ['fields of the wrong type', { id: 'x', created: {}, model: [] }, known],
  ['unknown fields', { id: 'x', amount: 0.2 }, { ...known, amount: 0.2 }],
  ['a task that is done', { ...completed, id: 'x' }, { status: 'completed', video_url: completed.video_url }],
  ['a cancelled task', { id: 'x', status: 'cancelled' }, { status: 'failed' }],
  ['a task that failed', { ...failed, id: 'x' }, { status: 'failed', error: failed.error }],
])('create never withholds an id that was paid for: %s', async (_, reply, expected) => {
  const { requests, client } = play(() => Response.json(reply));
  expect(await client().create(request)).toMatchObject(expected);
  expect(requests).toHaveLength(1);
});

it.each<[string, unknown, typeof TypeError, string]>([
  ['no request', undefined, TypeError, 'Invalid request: it is undefined. Expected an object with model'],
  ['a string', 'test-key', TypeError, 'Invalid request: it is of type string. Expected an object with model'],
  ['a list', [request], TypeError, 'Invalid request: it is of type array. Expected an object with model'],
  ['no model', { ...request, model: undefined }, TypeError, 'Invalid field model of the request: undefined.'],
  ['a blank model', { ...request, model: ' ' }, TypeError, 'Invalid field model of the request: " ".'],
  ['a blank prompt', { ...request, prompt: '' }, TypeError, 'Expected a string that is not blank.'],
  ['a prompt that is not a string', { ...request, prompt: 1 }, TypeError, 'field prompt of the request: 1.'],
  ['a duration in words', { ...request, duration: '5' }, TypeError, 'field duration of the request: "5".'],
  ['no duration', { model: 'm', prompt: 'p' }, TypeError, 'Expected a whole number of seconds, above 0.'],
  ['a duration of 0', { ...request, duration: 0 }, RangeError, 'field duration of the request: 0.'],
  ['a duration of 4.5', { ...request, duration: 4.5 }, RangeError, 'field duration of the request: 4.5.'],
  [
    'a duration of NaN',
    { ...request, duration: Number.NaN },
    RangeError,
    'field duration of the request: NaN',
  ],
  ['one frame', { ...request, first_image: 'a' }, TypeError, 'Invalid field last_image of the request'],
  ['the other frame', { ...request, last_image: 'a' }, TypeError, 'Invalid field first_image of the request'],
  [
    'frames with references',
    { ...request, first_image: 'a', last_image: 'b', referenceAudios: ['c'] },
    TypeError,
    'Invalid field referenceAudios of the request: ["c"]. Expected either frames (first_image and last_image) or',
  ],
  [
    'a field that is not JSON',
    { ...request, seed: 1n },
    TypeError,
    'Invalid request: it cannot be written as JSON. Remove cycles and BigInt values.',
  ],
])('create sends nothing for %s', async (_, given, type, message) => {
  const { requests, client } = play(queued);
  const error = await failureOf(client().create(given as never));
  expect(error).toBeInstanceOf(type);
  expect(String(error)).toContain(message);
  expect(requests).toEqual([]);
});

it.each([
  { ...request, duration: 60, ratio: '7:3', resolution: '8K', prompt: 'x'.repeat(9_000) },
  { ...request, first_image: '', last_image: null, referenceImages: ['a'] },
  { ...request, first_image: 'a', last_image: 'b', referenceImages: [] },
])('create leaves to the service what is not certain: request %#', async (given) => {
  const { requests, client } = play(queued);
  await client().create(given as never);
  expect(await requests[0]?.json()).toEqual(given);
});

it('create checks its own options before anything is sent', async () => {
  const { requests, client } = play(queued);
  await expect(client().create(request, { timeout: 0 })).rejects.toThrow(RangeError);
  await expect(client().create(request, { maxRetries: 9 } as never)).rejects.toThrow('unknown option');
  await expect(client().create(request, { signal: 'stop' } as never)).rejects.toThrow(TypeError);
  expect(requests).toEqual([]);
});

it('create sends what the request was when it was called', async () => {
  const { requests, client } = play(queued);
  const given = { ...request };
  const creating = client().create(given);
  given.prompt = 'Something else';
  await creating;
  expect(await requests[0]?.json()).toEqual(request);
});

it('create waits 120 s for a response, whatever the timeout of the client is', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { client, requests } = play(hang);
  const error = failureOf(client({ timeout: 1_000 }).create(request));
  let isOver = false;
  error.then(() => (isOver = true));
  await vi.advanceTimersByTimeAsync(119_999);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await error).toMatchObject({ name: 'OutcomeUnknownError', cause: { name: 'RequestTimeoutError' } });
  expect(requests).toHaveLength(1);
});

it('an error of unknown outcome says what happened, and to check the account', async () => {
  const { client } = play(() => Response.json({ detail: 'upstream died' }, { status: 502 }));
  const before = Date.now();
  const error = await failureOf(client().create(request));
  expect(error).toBeInstanceOf(OutcomeUnknownError);
  const { message, sentAt, taskId, isTransient, cause } = error as OutcomeUnknownError;
  expect(message).toBe(
    'Failed to create the video: the service answered 502: "upstream died". A task may have been created and ' +
      'billed: check your account before you submit the request again.',
  );
  expect(sentAt).toBeGreaterThanOrEqual(before);
  expect(sentAt).toBeLessThanOrEqual(Date.now());
  expect([taskId, isTransient]).toEqual([null, false]);
  expect(cause).toMatchObject({ name: 'ApiError', status: 502, body: { detail: 'upstream died' } });
});

it('a create that found no place in time says that no task was created, and what to raise', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { client, requests } = play(hang);
  const one = client({ maxConcurrency: 1 });
  const first = failureOf(one.create(request));
  const second = failureOf(one.create(request, { timeout: 60_000 }));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await second).toMatchObject({
    name: 'RequestTimeoutError',
    taskId: null,
    message:
      'Failed to create the video: not sent, because the client had another request in flight for too long. No task was created. Raise maxConcurrency, or create fewer videos at a time.',
  });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await first).toMatchObject({ name: 'OutcomeUnknownError' });
  expect(requests).toHaveLength(1);
});

it('an apiKey function that does not return in time is what the error of a create says', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { client, requests } = play(queued);
  const apiKey = () => new Promise<string>(() => {});
  const error = failureOf(client({ apiKey }).create(request));
  await vi.advanceTimersByTimeAsync(120_000);
  expect(await error).toMatchObject({
    name: 'RequestTimeoutError',
    taskId: null,
    message:
      'Failed to create the video: the apiKey function did not return within 2 min. Nothing was sent: try again; if it keeps failing, check the apiKey function.',
  });
  expect(requests).toHaveLength(0);
});

it('an error of a create that was not sent says so, and what to check', async () => {
  const refuse = () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) });
  };
  const unreachable = await failureOf(play(refuse).client({ maxRetries: 0 }).create(request));
  expect(unreachable).toMatchObject({
    name: 'ConnectionError',
    isTransient: true,
    taskId: null,
    message:
      'Failed to create the video: no response (no). Nothing was sent: try again; if it keeps failing, check the network and baseUrl.',
  });
  const apiKey = () => Promise.reject(new Error('vault is sealed'));
  const keyless = await failureOf(play(queued).client({ apiKey, maxRetries: 0 }).create(request));
  expect(keyless).toMatchObject({
    name: 'ConnectionError',
    message:
      'Failed to create the video: the apiKey function failed (vault is sealed). Nothing was sent: try again; if it keeps failing, check the apiKey function.',
  });
});

it.each<[string, string, number, object[]]>([
  ['a reset address of two', 'OutcomeUnknownError', 1, [{ code: 'ECONNREFUSED' }, { code: 'ECONNRESET' }]],
  ['two refused addresses', 'ConnectionError', 2, [{ code: 'ECONNREFUSED' }, { code: 'ECONNREFUSED' }]],
  ['a connection that timed out', 'OutcomeUnknownError', 1, [{ code: 'ETIMEDOUT', syscall: 'read' }]],
  ['connecting that timed out', 'ConnectionError', 2, [{ code: 'ETIMEDOUT', syscall: 'connect' }]],
  ['a name that is not found', 'ConnectionError', 2, [{ code: 'ENOTFOUND', syscall: 'getaddrinfo' }]],
  ['a code that is not known', 'OutcomeUnknownError', 1, [{ code: 'EWHATEVER', syscall: 'connect' }]],
  ['no code at all', 'OutcomeUnknownError', 1, [{}]],
])('a create whose fetch failed because of %s becomes: %s', async (_, name, sent, causes) => {
  const errors = causes.map((fields) => Object.assign(new Error('failed'), fields));
  const cause = errors.length > 1 ? new AggregateError(errors) : errors[0];
  const { client, requests } = play(() => Promise.reject(new TypeError('fetch failed', { cause })));
  const error = await failureOf(client({ maxRetries: 1 }).create(request));
  expect([(error as Error).name, requests.length]).toEqual([name, sent]);
});

it.each([
  ['an unknown runtime', () => vi.stubGlobal('process', { env: {} })],
  ['Cloudflare Workers', () => vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })],
])('nothing is known to be unsent in %s', async (_, pretend) => {
  pretend();
  onTestFinished(() => void vi.unstubAllGlobals());
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  const { client, requests } = play(() => Promise.reject(new TypeError('fetch failed', { cause })));
  const error = await failureOf(client({ apiKey: () => 'test-key' }).create(request));
  expect([(error as Error).name, requests.length]).toEqual(['OutcomeUnknownError', 1]);
});

it('a create with an abort rejects with its reason, and sends nothing if the abort comes first', async () => {
  const { client, requests } = play(hang);
  const reason = new Error('enough');
  await expect(client().create(request, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(requests).toHaveLength(0);
  const stop = new AbortController();
  const error = failureOf(client().create(request, { signal: stop.signal }));
  await vi.waitFor(() => expect(requests).toHaveLength(1));
  stop.abort(reason);
  expect(await error).toBe(reason);
});

it('no error of a create shows the key, wherever the service repeats it', async () => {
  const key = 'secret-key-of-a-customer';
  for (const status of [400, 500]) {
    const { client } = play(() => Response.json({ message: `bad ${key}`, key }, { status }));
    const error = await failureOf(client({ apiKey: key }).create(request));
    const { message, stack, cause } = error as Error;
    expect(JSON.stringify([message, stack, error, cause])).not.toContain(key);
    expect(message).toContain('bad [redacted]');
  }
});

it('a create reports its attempts', async () => {
  const onAttempt = vi.fn();
  const { client } = play(() => new Response(null, { status: 429 }), task({ id: 'video_9' }));
  await client({ onAttempt }).create(request);
  expect(onAttempt.mock.calls).toMatchObject([
    [
      {
        kind: 'api',
        method: 'POST',
        taskId: null,
        attempt: 1,
        status: 429,
        error: { name: 'RateLimitError' },
      },
    ],
    [{ kind: 'api', method: 'POST', taskId: null, attempt: 2, status: 200, error: null, retryIn: null }],
  ]);
  expect(onAttempt.mock.calls[0]?.[0].retryIn).toBeGreaterThan(0);
});
