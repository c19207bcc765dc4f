import { ApiError, RateLimitError } from 'videos-client';
import { expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { hang, play, type Step } from './helpers/fetch-service.ts';
import { refusal, useShortestPauses } from './helpers/rate-limits.ts';
import { completed, ID, processing } from './helpers/task.ts';

useShortestPauses();

/** In seconds, as `Retry-After` says it. */
const DAY = 86_400;

it('a single call waits through a rate-limit pause of exactly a minute', async () => {
  const { client, times } = play(refusal(429, '60'), completed);
  const call = client().getResult(ID);
  await vi.runAllTimersAsync();
  await call;
  expect(times).toEqual([0, 60_000]);
});

it.each([
  [429, RateLimitError],
  [503, ApiError],
])('a single call rejects at once if a %i asks for more than a minute', async (status, kind) => {
  const { client, times } = play(refusal(status, '61'));
  const error = await failureOf(client().getResult(ID));
  expect(error).toBeInstanceOf(kind);
  expect(error).toMatchObject({ status, retryAfter: 61_000, isTransient: true });
  expect(times).toEqual([0]);
  expect(vi.getTimerCount()).toBe(0);
});

it('a single call is never held for a day, and does not keep the process alive', async () => {
  const { client, times } = play(refusal(429, String(DAY)));
  const service = client();
  await failureOf(service.getResult(ID));
  expect(vi.getTimerCount()).toBe(0);
  const error = await failureOf(service.getResult('another'));
  expect(error).toBeInstanceOf(RateLimitError);
  expect(error).toMatchObject({
    taskId: 'another',
    status: 429,
    retryAfter: DAY * 1000,
    cause: { taskId: ID },
  });
  expect((error as Error).message).toMatch(
    /another: not sent, because of a rate-limit pause \(the service answered 429 for task video_1234567890\)\. Retry after 24 h\.$/,
  );
  expect(times).toEqual([0]);
  expect(vi.getTimerCount()).toBe(0);
});

it('a single call that is sent during a 503 that asks for an hour rejects with the 503 as its cause', async () => {
  const { client } = play(refusal(503, '3600'));
  const service = client();
  await failureOf(service.getResult(ID));
  const error = await failureOf(service.getResult(ID));
  expect(error).toMatchObject({ name: 'ApiError', status: 503, retryAfter: 3_600_000 });
});

it('a single call that sleeps until the end of a pause rejects then if the pause has become longer than a minute', async () => {
  let respond = (_: Response) => {};
  const { client, times } = play(
    () => new Promise((resolve) => (respond = resolve)),
    refusal(429, '30'),
    completed,
  );
  const service = client();
  const slow = failureOf(service.getResult('slow'));
  const limited = failureOf(service.getResult('limited'));
  await vi.advanceTimersByTimeAsync(1_000);
  respond(new Response(null, { status: 429, headers: { 'retry-after': '120' } }));
  expect(await slow).toMatchObject({ name: 'RateLimitError', retryAfter: 120_000 });
  await vi.advanceTimersByTimeAsync(29_000);
  expect(await limited).toMatchObject({
    name: 'RateLimitError',
    retryAfter: 91_000,
    cause: { taskId: 'slow' },
  });
  expect(times).toEqual([0, 0]);
  expect(vi.getTimerCount()).toBe(0);
});

it('a single call that was refused during a rate-limit pause succeeds when the pause is over', async () => {
  const { client, times } = play(refusal(429, '3600'), completed);
  const service = client();
  await failureOf(service.getResult(ID));
  await vi.advanceTimersByTimeAsync(3_600_000);
  await expect(service.getResult(ID)).resolves.toMatchObject({ status: 'completed' });
  expect(times).toEqual([0, 3_600_000]);
});

it('after a 429 the whole client pauses, every call and every wait of it', async () => {
  const { client, requests, times } = play(refusal(503, '40'), processing, processing, completed, completed);
  const service = client();
  const first = service.getResult('first');
  await vi.advanceTimersByTimeAsync(10_000);
  const second = service.getResult('second');
  const wait = service.waitForCompletion('wait');
  await vi.runAllTimersAsync();
  await Promise.all([first, second, wait]);
  expect(times).toEqual([0, 40_000, 40_000, 40_000]);
  expect(requests.map(({ url }) => url.split('/').at(-1)).sort()).toEqual([
    'first',
    'first',
    'second',
    'wait',
  ]);
});

it('the client pauses after a 429 without Retry-After as long as the retry does', async () => {
  const { client, times, requests } = play(refusal(429), refusal(429), completed);
  const service = client();
  const first = service.getResult('first');
  await vi.advanceTimersByTimeAsync(100);
  const second = service.getResult('second');
  await vi.runAllTimersAsync();
  await Promise.all([first, second]);
  // The first call meets the second 429, and its second pause is twice as long.
  expect(times).toEqual([0, 250, 750, 750]);
  expect(requests).toHaveLength(4);
});

it('the client pauses after a 429 with a Retry-After of 0 no shorter than after one without it', async () => {
  const { client, times } = play(refusal(429, '0'), completed);
  const service = client();
  const first = service.getResult('limited');
  await vi.advanceTimersByTimeAsync(10);
  const second = service.getResult('other');
  await vi.runAllTimersAsync();
  await Promise.all([first, second]);
  expect(times).toEqual([0, 250, 250]);
});

it('an error during a rate-limit pause names the response that asked for it, not a later one that asked for less', async () => {
  const { client } = play(refusal(503, '3600'), refusal(429));
  const service = client({ maxRetries: 0 });
  await Promise.all([failureOf(service.getResult('one')), failureOf(service.getResult('two'))]);
  expect(await failureOf(service.getResult('three'))).toMatchObject({ name: 'ApiError', status: 503 });
});

it('a wait that gets no place after the pause is over fails because the client is busy, not because it pauses', async () => {
  const { client } = play(refusal(429, '10'), hang);
  const service = client({ maxConcurrency: 1, maxRetries: 0 });
  await failureOf(service.getResult('limited'));
  await vi.advanceTimersByTimeAsync(10_000);
  const call = failureOf(service.getResult('one', { timeout: 600_000 }));
  const wait = failureOf(service.waitForCompletion('two', { maxWait: 1_000 }));
  await vi.runAllTimersAsync();
  await call;
  expect(await wait).toMatchObject({ name: 'WaitTimeoutError', cause: { name: 'RequestTimeoutError' } });
});

it('the client pauses also before what is about to be sent: while the key is fetched, and before a redirect is followed', async () => {
  const later = (ms: number, respond: () => Response) => () =>
    new Promise<Response>((resolve) => setTimeout(() => resolve(respond()), ms));
  const redirect = () => new Response(null, { status: 307, headers: { location: '/v1/result/moved' } });
  const { client, times } = play(refusal(429, '30'), later(200, redirect), completed);
  let keys = 0;
  const apiKey = async () => {
    if (++keys > 2) await new Promise((resolve) => setTimeout(resolve, 100));
    return `key-${keys}`;
  };
  const service = client({ apiKey, maxRetries: 0 });
  const calls = [1, 2, 3, 4].map((n) => service.getResult(`task-${n}`).catch((error) => error.name));
  await vi.runAllTimersAsync();
  expect(await Promise.all(calls)).toContain('RateLimitError');
  expect(times.filter((time) => time > 0 && time < 30_000)).toEqual([]);
  expect(times).toHaveLength(2 + 3);
});

it('the client pauses as soon as the headers of a 429 have come, and quotes its body once that has come', async () => {
  let body: ReadableStreamDefaultController<Uint8Array> | undefined;
  const drip = new ReadableStream({
    start: (controller) => {
      body = controller;
    },
  });
  const limit = () => new Response(drip, { status: 429, headers: { 'retry-after': '90' } });
  const { client, times } = play(limit, completed);
  const service = client({ maxRetries: 0 });
  const limited = failureOf(service.getResult('limited'));
  await vi.advanceTimersByTimeAsync(10_000);
  const early = await failureOf(service.getResult('early'));
  expect(early).toMatchObject({ name: 'RateLimitError', retryAfter: 80_000, cause: { body: null } });
  body?.enqueue(new TextEncoder().encode('{"message":"slow down"}'));
  body?.close();
  const error = await limited;
  expect(error).toMatchObject({ retryAfter: 90_000, body: { message: 'slow down' } });
  expect(await failureOf(service.getResult('late'))).toMatchObject({ retryAfter: 80_000, cause: error });
  expect(times).toEqual([0]);
});

it('the client does not pause for a 503 without Retry-After', async () => {
  const { client, times } = play(refusal(503), completed);
  const service = client();
  const first = service.getResult('first');
  await vi.advanceTimersByTimeAsync(100);
  await service.getResult('second');
  await vi.runAllTimersAsync();
  await first;
  expect(times).toEqual([0, 100, 250]);
});

it('the client keeps to the longest of several rate-limit pauses', async () => {
  const { client, times } = play(refusal(429, '50'), refusal(429, '20'), completed);
  const service = client();
  const calls = [service.getResult('a'), service.getResult('b')];
  await vi.runAllTimersAsync();
  await Promise.all(calls);
  expect(times).toEqual([0, 0, 50_000, 50_000]);
});

it('a client does not share its rate-limit pause with other clients', async () => {
  const { client, times } = play(refusal(429, '3600'), completed);
  await failureOf(client().getResult(ID));
  await client().getResult(ID);
  expect(times).toEqual([0, 0]);
});

it('the client sends one request at a time after a rate-limit pause, then two, then three, and no burst', async () => {
  const answered: number[] = [];
  const start = performance.now();
  const { client, times } = play(refusal(429, '10'), async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    answered.push(performance.now() - start);
    return Response.json(completed);
  });
  const service = client({ maxConcurrency: 4 });
  await failureOf(service.getResult('limited', { maxRetries: 0 }));
  const calls = Array.from({ length: 11 }, (_, index) => service.getResult(`task_${index}`));
  await vi.runAllTimersAsync();
  await Promise.all(calls);
  const seconds = times.map((time) => time / 1000);
  expect(seconds).toEqual([0, 10, 11, 11, 12, 12, 12, 13, 13, 13, 13, 14]);
});

it('the client slows down again when it is limited again', async () => {
  const slowly =
    (reply: Step): Step =>
    async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return typeof reply === 'function' ? reply(request) : Response.json(reply);
    };
  const { client, times } = play(
    refusal(429, '10'),
    slowly(completed),
    slowly(refusal(429, '10')),
    slowly(completed),
  );
  const service = client({ maxConcurrency: 4 });
  await failureOf(service.getResult('limited', { maxRetries: 0 }));
  const calls = Array.from({ length: 5 }, (_, index) => service.getResult(`task_${index}`));
  await vi.runAllTimersAsync();
  await Promise.all(calls);
  // Refused at 12 s, and so paused until 22 s; then one, then two.
  expect(times.map((time) => time / 1000)).toEqual([0, 10, 11, 11, 22, 23, 23]);
});

it('a place in a crowded client is not lost with a call that is aborted in the same instant as the one before it', async () => {
  let calls = 0;
  const { client } = play(({ signal }) =>
    ++calls > 1
      ? Response.json(completed)
      : new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  );
  const service = client({ maxConcurrency: 1 });
  const stop = new AbortController();
  const sent = failureOf(service.getResult('sent', { signal: stop.signal }));
  await vi.advanceTimersByTimeAsync(10);
  const queued = failureOf(service.getResult('queued', { signal: stop.signal }));
  stop.abort('enough');
  expect([await sent, await queued]).toEqual(['enough', 'enough']);
  await expect(service.getResult('next')).resolves.toMatchObject({ status: 'completed' });
});

it('a pause in tests ends under fake timers that leave performance.now alone', async () => {
  vi.useRealTimers();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { client, requests } = play(refusal(429, '30'), completed);
  const service = client();
  const call = service.getResult(ID);
  // The clock is the real one: what has passed of it shortens the pause.
  await vi.advanceTimersByTimeAsync(20_000);
  expect(requests).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(11_000);
  await expect(call).resolves.toMatchObject({ status: 'completed' });
  expect(requests).toHaveLength(2);
});

it.each([
  ['of the timers and the clock', undefined],
  ['of the timers alone', ['setTimeout', 'clearTimeout'] as const],
])('a pause in tests is over once fakes %s are taken away', async (_, toFake) => {
  vi.useRealTimers();
  vi.useFakeTimers(toFake === undefined ? {} : { toFake: [...toFake] });
  const { client, requests } = play(refusal(429, '600'), completed);
  const service = client();
  expect(await failureOf(service.getResult('limited'))).toMatchObject({ retryAfter: 600_000 });
  expect(await failureOf(service.getResult('paused'))).toMatchObject({ name: 'RateLimitError' });
  vi.useRealTimers();
  await expect(service.getResult('sent')).resolves.toMatchObject({ status: 'completed' });
  expect(requests).toHaveLength(2);
});

it('a pause in tests is over when the clock goes back', async () => {
  const { client, requests } = play(refusal(429, '600'), completed);
  const service = client();
  await vi.advanceTimersByTimeAsync(300_000);
  await failureOf(service.getResult('limited'));
  vi.spyOn(performance, 'now').mockReturnValue(1_000);
  await expect(service.getResult('sent')).resolves.toMatchObject({ status: 'completed' });
  expect(requests).toHaveLength(2);
});

it('a failure that begins no pause leaves the number of requests in flight as it is', async () => {
  const { client, times } = play(() => new Response(null, { status: 500 }), hang);
  const service = client({ maxConcurrency: 4, maxRetries: 0, timeout: 1_000 });
  expect(await failureOf(service.getResult(ID))).toMatchObject({ status: 500 });
  const calls = [1, 2, 3].map((n) => failureOf(service.getResult(`task-${n}`)));
  await vi.advanceTimersByTimeAsync(0);
  expect(times).toEqual([0, 0, 0, 0]);
  await vi.runAllTimersAsync();
  await Promise.all(calls);
});

it('a request that waits for its place when a pause begins is sent after the pause, without a retry', async () => {
  const { client, times } = play(refusal(429, '5'), completed);
  const service = client({ maxConcurrency: 1, maxRetries: 0 });
  const limited = failureOf(service.getResult('limited'));
  const waiting = service.getResult(ID);
  await vi.runAllTimersAsync();
  expect(await limited).toMatchObject({ status: 429 });
  expect(await waiting).toEqual(completed);
  expect(times).toEqual([0, 5_000]);
});
