import { describe, expect, it, vi } from 'vitest';
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

describe('a key that the service refuses', () => {
  it.each(['204', 204])('with HTTP 200 and the code %j is an AuthenticationError, at once', async (code) => {
    const { client, requests } = play(() => Response.json({ code, msg: '登录验证失败' }));
    const error = await failureOf(client().getResult(ID));
    expect(error).toMatchObject({ name: 'AuthenticationError', isTransient: false, status: 200, code });
    expect((error as Error).message).toContain('"登录验证失败"');
    expect((error as Error).message).toContain('Check the API key (option apiKey, or VIDEOS_API_KEY).');
    expect(requests).toHaveLength(1);
  });

  it('is none where an HTTP 204 brings nothing: that is an empty reply', async () => {
    const { client } = play(() => new Response(null, { status: 204 }));
    const error = await failureOf(client({ maxRetries: 0 }).getResult(ID));
    expect(error).toMatchObject({ name: 'InvalidResponseError', isTransient: true, status: 204 });
  });

  it('is none where the code 204 stands beside an error status: that says what it is', async () => {
    expect(await errorOf({ code: '204', msg: 'no' }, { status: 400 })).toMatchObject({
      name: 'ApiError',
      status: 400,
    });
  });

  it('is none where a task has a code of its own', async () => {
    const { client } = play({ ...completed, code: '204' });
    await expect(client().getResult(ID)).resolves.toMatchObject({ status: 'completed' });
  });

  it.each([
    ['401', refusal(401)],
    ['403', refusal(403)],
    ['the code 204', refusedByEnvelope],
  ])('by %s is followed at once by one attempt with what a function returns then', async (_, refused) => {
    const { client, requests } = play(refused, completed);
    const apiKey = rotating();
    await client({ apiKey, maxRetries: 0 }).getResult(ID);
    expect(keysOf(requests)).toEqual(['Bearer key-number-1', 'Bearer key-number-2']);
    expect(apiKey).toHaveBeenCalledTimes(2);
  });

  it('is the error where the second key is refused, too', async () => {
    const { client, requests } = play(refusal());
    const error = await failureOf(client({ apiKey: rotating() }).getResult(ID));
    expect(error).toMatchObject({ name: 'AuthenticationError' });
    expect(requests).toHaveLength(2);
  });

  it('is renewed once in a request, however many attempts that has', async () => {
    vi.useFakeTimers();
    const unavailable = refusal(503);
    const { client, requests } = play(unavailable, refusal(), unavailable, refusal(), completed);
    const call = failureOf(client({ apiKey: rotating(), maxRetries: 5 }).getResult(ID));
    await vi.runAllTimersAsync();
    expect(await call).toMatchObject({ name: 'AuthenticationError' });
    expect(requests).toHaveLength(4);
    vi.useRealTimers();
  });

  it('does not use up a retry', async () => {
    vi.useFakeTimers();
    const { client, requests } = play(refusal(), refusal(503), completed);
    const call = client({ apiKey: rotating(), maxRetries: 1 }).getResult(ID);
    await vi.runAllTimersAsync();
    await expect(call).resolves.toMatchObject({ status: 'completed' });
    expect(requests).toHaveLength(3);
    vi.useRealTimers();
  });

  it('is not sent again where it is a string, or there is none', async () => {
    for (const apiKey of ['key-of-the-client', null]) {
      const { client, requests } = play(refusal(), completed);
      await failureOf(client({ apiKey }).getResult(ID));
      expect(requests).toHaveLength(1);
    }
  });

  it('is renewed within the same time limit where it is the last poll of a wait', async () => {
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

  it('keeps its place for the second attempt', async () => {
    const { client, requests } = play(refusal(), completed);
    const service = client({ apiKey: rotating(), maxConcurrency: 1 });
    await Promise.all([service.getResult('first'), service.getResult('second')]);
    expect(requests.map(({ url }) => url.split('/').at(-1))).toEqual(['first', 'first', 'second']);
  });
});

describe('a function that returns no key', () => {
  it.each([undefined, null, '', 'two words', 7])('is a TypeError where it never has: %j', async (key) => {
    const { client, requests } = play(completed);
    const error = await failureOf(client({ apiKey: () => key as string }).getResult(ID));
    expect(error).toBeInstanceOf(TypeError);
    expect(requests).toEqual([]);
  });

  it('is a ConnectionError, and tried again, where it has before', async () => {
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
});
