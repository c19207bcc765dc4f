import { type ApiError, type CreateVideoRequest, OutcomeUnknownError, type Video } from 'videos-client';
import { expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { hang, play, type Step } from './helpers/fetch-service.ts';
import { queued, task } from './helpers/task.ts';

const request: CreateVideoRequest = { model: 'videos', prompt: 'A cat on a skateboard', duration: 5 };
const json = (status: number, body: unknown, headers = {}) => Response.json(body, { status, headers });

/** What a create without retries rejects with, and how many requests there were. */
async function refusedCreate(step: Step, apiKey: string | null | (() => unknown) = 'test-key') {
  const { client, requests } = play(step);
  const error = await failureOf<ApiError>(
    client({ apiKey: apiKey as string, maxRetries: 0 }).create(request),
  );
  return { error, sent: requests.length };
}

it.each<[string, () => Response, object]>([
  ['the code 1001', () => json(200, { code: 1001, msg: 'no' }), { name: 'ApiError', isTransient: false }],
  ['the code 600', () => json(200, { code: 600, msg: 'no' }), { name: 'ApiError', isTransient: false }],
  ['the code 399', () => json(200, { code: 399, msg: 'no' }), { name: 'ApiError', isTransient: false }],
  ['a 400', () => json(400, { msg: 'no' }), { name: 'ApiError', isTransient: false }],
  ['a 425', () => json(425, { msg: 'no' }), { name: 'ApiError', isTransient: false }],
  ['a 499', () => json(499, { msg: 'no' }), { name: 'ApiError', isTransient: false }],
  ['a 429', () => json(429, { msg: 'no' }), { name: 'RateLimitError', isTransient: true }],
  ['the code 429', () => json(200, { code: 429 }), { name: 'RateLimitError', isTransient: true }],
])('a create that is answered with %s is refused: there is no task', async (_, step, expected) => {
  const { error } = await refusedCreate(step);
  expect(error).toMatchObject({ taskId: null, ...expected });
});

/** As of a fetch that followed a redirect by itself, or of a browser that does not follow one. */
const withFields = (fields: object) => () => {
  const response = json(200, queued);
  for (const [name, value] of Object.entries(fields)) Object.defineProperty(response, name, { value });
  return response;
};

it.each<[string, () => Response, object]>([
  ['a 300', () => json(300, queued), { name: 'ApiError', status: 300 }],
  ['a 303', () => new Response(null, { status: 303, headers: { location: '/' } }), { status: 303 }],
  ['a 304', () => new Response(null, { status: 304 }), { name: 'ApiError', status: 304 }],
  ['a 408', () => json(408, { msg: 'no' }), { name: 'ApiError', status: 408, isTransient: false }],
  ['a 500', () => json(500, { msg: 'no' }), { name: 'ApiError', status: 500 }],
  ['the code 500', () => json(200, { code: 500 }), { name: 'ApiError', code: 500 }],
  ['a 503', () => json(503, { msg: 'no' }), { name: 'ApiError', status: 503, isTransient: false }],
  ['the code 408', () => json(200, { code: 408 }), { name: 'ApiError', code: 408 }],
  ['the code 599', () => json(200, { code: 599 }), { name: 'ApiError', code: 599 }],
  ['a response from elsewhere', withFields({ url: 'https://elsewhere.example/' }), { name: 'ApiError' }],
  ['a hidden redirect', withFields({ type: 'opaqueredirect', status: 0 }), { name: 'ApiError', status: 0 }],
])('a create that is answered with %s may have made a task', async (_, step, cause) => {
  const { error } = await refusedCreate(step);
  expect(error).toBeInstanceOf(OutcomeUnknownError);
  expect(error.cause).toMatchObject(cause);
});

it.each([301, 302, 307, 308])(
  'a create that is answered with a %i elsewhere has made no task',
  async (status) => {
    const headers = { location: 'https://elsewhere.example/' };
    const { error } = await refusedCreate(() => new Response(null, { status, headers }));
    expect(error).toMatchObject({ name: 'ApiError', status, isTransient: false });
  },
);

it.each([301, 302])('a create is not repeated as a GET after a %i within the origin', async (status) => {
  const { error, sent } = await refusedCreate(
    () => new Response(null, { status, headers: { location: '/elsewhere' } }),
  );
  expect(error).toMatchObject({
    name: 'ApiError',
    status,
    isTransient: false,
    message: `Failed to create the video: the service redirected the request with a ${status}, which would repeat it as a GET, to https://zcbservice.aizfw.cn/elsewhere. Set baseUrl to where the API is.`,
  });
  expect(sent).toBe(1);
});

it.each([307, 308])('a create is repeated with its body after a %i within the origin', async (status) => {
  const { client, requests } = play(
    () => new Response(null, { status, headers: { location: '/elsewhere' } }),
    queued,
  );
  expect(await client().create(request)).toMatchObject(queued);
  expect(await requests[1]?.json()).toEqual(request);
});

it('a create is not sent again after a redirect that a browser hides, also if nothing is confidential', async () => {
  const { error, sent } = await refusedCreate(withFields({ type: 'opaqueredirect', status: 0 }), null);
  expect(error).toBeInstanceOf(OutcomeUnknownError);
  expect(sent).toBe(1);
});

it.each<[string, unknown, string, object]>([
  ['without an id', { hello: 'world' }, 'it has no id', { issues: [{ message: 'it has no id' }] }],
  [
    'with words and no id',
    { message: 'please wait' },
    'it has no id (it says: "please wait")',
    { issues: [{ message: 'it has no id (it says: "please wait")' }] },
  ],
  ['with a blank id', { id: ' ', data: { id: '' } }, 'it has no id', {}],
  ['that is not JSON', 'Hello', 'it is not JSON: "Hello"', { issues: [], body: 'Hello' }],
  ['that is empty', '', 'it is empty', { issues: [] }],
  ['that is too long', `{"id":"${'x'.repeat(2 ** 20)}"}`, 'it is over 1 MiB', { issues: [] }],
])('a reply to a create %s cannot be read, and there may be a task', async (_, body, problem, fields) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const { error } = await refusedCreate(() => new Response(text));
  expect(error).toBeInstanceOf(OutcomeUnknownError);
  expect(error.cause).toMatchObject({
    name: 'InvalidResponseError',
    message: `Failed to create the video: the reply cannot be read: ${problem}.`,
    taskId: null,
    isTransient: false,
    status: 200,
    ...fields,
  });
});

it.each<[string, Step, string]>([
  ['a 404', () => json(404, { msg: 'no' }), 'the service answered 404: "no". Check baseUrl and the model.'],
  [
    'a 400',
    () => json(400, { msg: 'no' }),
    'the service answered 400: "no". The same request will be refused again: correct it first.',
  ],
  [
    'a 429',
    () => json(429, { msg: 'no' }),
    'the service answered 429: "no". Retry later: no task was created.',
  ],
  [
    'a 429 with a Retry-After',
    () => json(429, { msg: 'no' }, { 'retry-after': '90' }),
    'the service answered 429: "no". Retry after 90 s: no task was created.',
  ],
  [
    'a fetch that returns nothing',
    () => undefined as never,
    'no response (Invalid result of the option fetch: it is undefined. Expected a Response.). A task may have been ' +
      'created and billed: check your account before you submit the request again.',
  ],
])('the message for a create that meets %s says what to do', async (_, step, message) => {
  const { error } = await refusedCreate(step);
  expect(error.message).toBe(`Failed to create the video: ${message}`);
});

it('a new task has the id that is not blank', async () => {
  const { client } = play({ id: ' ', projectId: 'proj_1' });
  expect(await client().create(request)).toMatchObject({ id: 'proj_1', status: 'queued' });
});

it.each(['referenceImages', 'referenceVideos', 'referenceAudios'])(
  'a create is not sent with frames and %s',
  async (name) => {
    const { client, requests } = play(queued);
    const both = { ...request, first_image: 'a', last_image: 'b', [name]: ['c'] };
    await expect(client().create(both as never)).rejects.toThrow(`Invalid field ${name} of the request`);
    expect(requests).toEqual([]);
  },
);

it('a create that is not sent says what is wrong with its frames, its prompt or its JSON', async () => {
  const create = (fields: object) =>
    failureOf<Error>(
      play(queued)
        .client()
        .create({ ...request, ...fields } as never),
    );
  expect((await create({ first_image: 'a' })).message).toBe(
    'Invalid field last_image of the request: undefined. Expected both frames, first_image and last_image, or neither.',
  );
  expect((await create({ prompt: ' ' })).message).toContain('Invalid field prompt of the request: " ".');
  expect((await create({ seed: 1n })).cause).toBeInstanceOf(TypeError);
});

it('a create whose response is cut off may have made a task, whatever it was cut off by', async () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  const body = new ReadableStream({ start: (controller) => controller.error(cause) });
  const { error } = await refusedCreate(() => new Response(body));
  expect(error).toMatchObject({ name: 'OutcomeUnknownError', cause: { name: 'ConnectionError' } });
});

it('a create whose apiKey function returns no key rejects with that mistake, and nothing is sent', async () => {
  const { error, sent } = await refusedCreate(queued, () => undefined);
  expect(error).toBeInstanceOf(TypeError);
  expect(error.message).toContain('Invalid result of the apiKey function');
  expect(sent).toBe(0);
});

it('an abort of a create that was sent is its own reason, and is reported to no onAttempt', async () => {
  const reason = new OutcomeUnknownError('of the caller', { sentAt: 0, cause: null as never });
  const stop = new AbortController();
  const onAttempt = vi.fn();
  const { client } = play((sent) => {
    queueMicrotask(() => stop.abort(reason));
    return hang(sent);
  });
  expect(await failureOf(client({ onAttempt }).create(request, { signal: stop.signal }))).toBe(reason);
  expect(onAttempt).not.toHaveBeenCalled();
});

it('a new task shows no key in its error, but keeps its id and, where it is completed, everything', async () => {
  const apiKey = 'secret-key-of-a-customer';
  const create = (fields: object, key: string | null = apiKey): Promise<Video> =>
    play(task({ ...fields }))
      .client({ apiKey: key })
      .create(request);
  expect(await create({ id: `video-${apiKey}`, status: 'failed', error: `bad ${apiKey}` })).toMatchObject({
    id: `video-${apiKey}`,
    error: 'bad [redacted]',
  });
  const video_url = `https://cdn.example.com/${apiKey}.mp4`;
  expect(await create({ status: 'completed', video_url })).toMatchObject({ video_url });
  expect(await create({ status: 'failed', error: 'bad null' }, null)).toMatchObject({ error: 'bad null' });
});
