import { expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { errorOf, hang, play } from './helpers/fetch-service.ts';
import { completed, ID } from './helpers/task.ts';

const refusal =
  (status = 401) =>
  () =>
    new Response('{"msg":"no"}', { status });
const refusedByEnvelope = () => Response.json({ code: '204', msg: '登录验证失败' });
const keysOf = (requests: Request[]) => requests.map(({ headers }) => headers.get('authorization'));
/** A function that returns another key each time. */
const rotating = () => {
  let keys = 0;
  return vi.fn(() => `key-number-${++keys}`);
};

it.each(['204', 204])(
  'a refused key, with HTTP 200 and the code %j, is an AuthenticationError, at once',
  async (code) => {
    const { client, requests } = play(() => Response.json({ code, msg: '登录验证失败' }));
    const error = await failureOf(client().getResult(ID));
    expect(error).toMatchObject({ name: 'AuthenticationError', isTransient: false, status: 200, code });
    expect((error as Error).message).toContain('"登录验证失败"');
    expect((error as Error).message).toContain('Check the API key (option apiKey, or VIDEOS_API_KEY).');
    expect(requests).toHaveLength(1);
  },
);

it('an HTTP 204 without a body is an empty reply, not a refused key', async () => {
  const { client } = play(() => new Response(null, { status: 204 }));
  const error = await failureOf(client({ maxRetries: 0 }).getResult(ID));
  expect(error).toMatchObject({ name: 'InvalidResponseError', isTransient: true, status: 204 });
});

it('an error status with the code 204 in its body is that error, not a refused key', async () => {
  expect(await errorOf({ code: '204', msg: 'no' }, { status: 400 })).toMatchObject({
    name: 'ApiError',
    status: 400,
  });
});

it('a task that has the field code with the value 204 is read as a task, not as a refused key', async () => {
  const { client } = play({ ...completed, code: '204' });
  await expect(client().getResult(ID)).resolves.toMatchObject({ status: 'completed' });
});

it.each([
  ['401', refusal(401)],
  ['403', refusal(403)],
  ['the code 204', refusedByEnvelope],
])(
  'a key that is refused by %s is followed at once by one attempt with what the apiKey function returns then',
  async (_, refused) => {
    const { client, requests } = play(refused, completed);
    const apiKey = rotating();
    await client({ apiKey, maxRetries: 0 }).getResult(ID);
    expect(keysOf(requests)).toEqual(['Bearer key-number-1', 'Bearer key-number-2']);
    expect(apiKey).toHaveBeenCalledTimes(2);
  },
);

it('a call rejects with the AuthenticationError if the second key is refused, too', async () => {
  const { client, requests } = play(refusal());
  const error = await failureOf(client({ apiKey: rotating() }).getResult(ID));
  expect(error).toMatchObject({ name: 'AuthenticationError' });
  expect(requests).toHaveLength(2);
});

it('a refused key is renewed once in a request, however many attempts that has', async () => {
  vi.useFakeTimers();
  const unavailable = refusal(503);
  const { client, requests } = play(unavailable, refusal(), unavailable, refusal(), completed);
  const call = failureOf(client({ apiKey: rotating(), maxRetries: 5 }).getResult(ID));
  await vi.runAllTimersAsync();
  expect(await call).toMatchObject({ name: 'AuthenticationError' });
  expect(requests).toHaveLength(4);
  vi.useRealTimers();
});

it('a refused key that is renewed uses up no retry', async () => {
  vi.useFakeTimers();
  const { client, requests } = play(refusal(), refusal(503), completed);
  const call = client({ apiKey: rotating(), maxRetries: 1 }).getResult(ID);
  await vi.runAllTimersAsync();
  await expect(call).resolves.toMatchObject({ status: 'completed' });
  expect(requests).toHaveLength(3);
  vi.useRealTimers();
});

it('a refused key is not sent again if it is a string, and nothing is if there is none', async () => {
  for (const apiKey of ['key-of-the-client', null]) {
    const { client, requests } = play(refusal(), completed);
    await failureOf(client({ apiKey }).getResult(ID));
    expect(requests).toHaveLength(1);
  }
});

it('a key that is refused in the last poll of a wait is renewed within the same time limit', async () => {
  vi.useFakeTimers();
  const start = performance.now();
  const slowly = async () => {
    await new Promise((resolve) => setTimeout(resolve, 700));
    return refusal()();
  };
  const { client, times } = play(slowly, hang);
  const service = client({ apiKey: rotating(), timeout: 1_000 });
  const wait = failureOf(service.waitForCompletion(ID, { maxWait: 0 }));
  await vi.runAllTimersAsync();
  expect(await wait).toMatchObject({ name: 'WaitTimeoutError' });
  expect(times).toEqual([0, 700]);
  expect(performance.now() - start).toBe(1_000);
  vi.useRealTimers();
});

it('a request whose key is refused keeps its place for the second attempt', async () => {
  const { client, requests } = play(refusal(), completed);
  const service = client({ apiKey: rotating(), maxConcurrency: 1 });
  await Promise.all([service.getResult('first'), service.getResult('second')]);
  expect(requests.map(({ url }) => url.split('/').at(-1))).toEqual(['first', 'first', 'second']);
});

it.each([undefined, null, '', 'two words', 7])(
  'an apiKey function that returns %j is a TypeError if it has never returned a key',
  async (key) => {
    const { client, requests } = play(completed);
    const error = await failureOf(client({ apiKey: () => key as string }).getResult(ID));
    expect(error).toBeInstanceOf(TypeError);
    expect(requests).toEqual([]);
  },
);

it('an apiKey function that returns no key is a ConnectionError, and called again, if it has returned one before', async () => {
  vi.useFakeTimers();
  const keys = ['key-number-1', undefined, 'key-number-3'];
  const { client, requests } = play(completed);
  const service = client({ apiKey: () => keys.shift() });
  await service.getResult(ID);
  const call = service.getResult(ID);
  await vi.runAllTimersAsync();
  await call;
  expect(keysOf(requests)).toEqual(['Bearer key-number-1', 'Bearer key-number-3']);
  const error = await failureOf(service.getResult(ID, { maxRetries: 0 }));
  expect(error).toMatchObject({ name: 'ConnectionError', isTransient: true, cause: expect.any(TypeError) });
  vi.useRealTimers();
});
