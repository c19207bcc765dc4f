import { ApiError, parseVideo, RateLimitError, WaitTimeoutError, waitForCompletion } from 'videos-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { hang, play, type Step } from './helpers/fetch-service.ts';
import { completed, ID, processing } from './helpers/task.ts';

// Whole seconds, since an HTTP date has no others. The shortest pauses before a retry: 0.25 s, 0.5 s, 1 s.
const NOW = Date.UTC(2026, 10, 6, 8, 49, 30);
beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => void vi.useRealTimers());

const DAY = 86_400;
const refusal =
  (status: number, retryAfter?: string): Step =>
  () =>
    Response.json(
      { message: 'slow down' },
      { status, headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter } },
    );

/** Half a minute after the start. */
const IN_30_S = 'Fri, 06 Nov 2026 08:50:00 GMT';

describe('Retry-After', () => {
  it.each([
    ['in seconds, on a 429', 429, '30'],
    ['in seconds, on a 503', 503, '30'],
    ['as a date, on a 429', 429, IN_30_S],
    ['as a date, on a 503', 503, IN_30_S],
    ['as a date of RFC 850', 429, 'Friday, 06-Nov-26 08:50:00 GMT'],
    ['as a date of asctime', 429, 'Fri Nov  6 08:50:00 2026'],
    ['between white space', 429, ' 30 '],
  ])('%s is how long the client pauses', async (_, status, header) => {
    const { client, times } = play(refusal(status, header), completed);
    const call = client().getResult(ID);
    await vi.runAllTimersAsync();
    await expect(call).resolves.toMatchObject({ status: 'completed' });
    expect(times).toEqual([0, 30_000]);
  });

  it.each([
    ['of no meaning', 'soon'],
    ['that is empty', ''],
    ['that is negative', '-30'],
    ['that is a date in the past', 'Fri, 06 Nov 2026 08:49:00 GMT'],
    ['that begins like a date', 'Friday, when I am back'],
    ['that is a day of the week and a year', 'Friday 2099'],
  ])('%s is ignored', async (_, header) => {
    for (const status of [429, 503]) {
      const { client, times } = play(refusal(status, header), completed);
      const call = client().getResult(ID);
      await vi.runAllTimersAsync();
      await call;
      expect(times).toEqual([0, 250]);
      const error = await failureOf(play(refusal(status, header)).client({ maxRetries: 0 }).getResult(ID));
      expect(error).toMatchObject({ status, retryAfter: null });
    }
  });

  it('of no time at all leaves the usual pause before the retry', async () => {
    for (const header of ['0', 'Fri, 06 Nov 2026 08:49:30 GMT']) {
      vi.setSystemTime(NOW);
      const { client, times } = play(refusal(429, header), completed);
      const call = client().getResult(ID);
      await vi.runAllTimersAsync();
      await call;
      expect(times).toEqual([0, 250]);
    }
  });

  it('shorter than the usual pause does not shorten it', async () => {
    const { client, times } = play(refusal(503), refusal(503), refusal(503, '1'), refusal(503, '1'));
    vi.mocked(Math.random).mockReturnValue(1);
    void failureOf(client().getResult(ID));
    await vi.runAllTimersAsync();
    expect(times).toEqual([0, 500, 1500, 3500]);
  });

  it.each([408, 500, 502, 504])('means nothing on a %i', async (status) => {
    const { client, times } = play(refusal(status, '30'), completed);
    const call = client().getResult(ID);
    await vi.runAllTimersAsync();
    await call;
    expect(times).toEqual([0, 250]);
  });

  it('beside an envelope with a 200 is obeyed, where the code is of that kind', async () => {
    const limited = () =>
      Response.json({ code: 429, msg: 'slow down', data: null }, { headers: { 'retry-after': '30' } });
    const { client, times } = play(limited, completed);
    const call = client().getResult(ID);
    await vi.runAllTimersAsync();
    await call;
    expect(times).toEqual([0, 30_000]);
  });

  it('is in the error, in milliseconds, and in its message', async () => {
    const { client } = play(refusal(429, '30'));
    const error = await failureOf(client({ maxRetries: 0 }).getResult(ID));
    expect(error).toMatchObject({ name: 'RateLimitError', retryAfter: 30_000 });
    expect((error as Error).message).toContain('Retry after 30 s, and poll less often.');
  });
});

describe('a single call', () => {
  it('pauses for exactly a minute', async () => {
    const { client, times } = play(refusal(429, '60'), completed);
    const call = client().getResult(ID);
    await vi.runAllTimersAsync();
    await call;
    expect(times).toEqual([0, 60_000]);
  });

  it.each([
    [429, RateLimitError],
    [503, ApiError],
  ])('rejects at once where a %i asks for more than a minute', async (status, kind) => {
    const { client, times } = play(refusal(status, '61'));
    const error = await failureOf(client().getResult(ID));
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ status, retryAfter: 61_000, isTransient: true });
    expect(times).toEqual([0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is never held for a day, nor is the process', async () => {
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

  it('that is sent during a 503 that asks for an hour is told of the 503', async () => {
    const { client } = play(refusal(503, '3600'));
    const service = client();
    await failureOf(service.getResult(ID));
    const error = await failureOf(service.getResult(ID));
    expect(error).toMatchObject({ name: 'ApiError', status: 503, retryAfter: 3_600_000 });
  });

  it('that sleeps towards the end of a pause rejects then, where it has become longer than a minute', async () => {
    let answer = (_: Response) => {};
    const { client, times } = play(
      () => new Promise((resolve) => (answer = resolve)),
      refusal(429, '30'),
      completed,
    );
    const service = client();
    const slow = failureOf(service.getResult('slow'));
    const limited = failureOf(service.getResult('limited'));
    await vi.advanceTimersByTimeAsync(1_000);
    answer(new Response(null, { status: 429, headers: { 'retry-after': '120' } }));
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

  it('goes through again when the pause is over', async () => {
    const { client, times } = play(refusal(429, '3600'), completed);
    const service = client();
    await failureOf(service.getResult(ID));
    await vi.advanceTimersByTimeAsync(3_600_000);
    await expect(service.getResult(ID)).resolves.toMatchObject({ status: 'completed' });
    expect(times).toEqual([0, 3_600_000]);
  });
});

describe('the whole client', () => {
  it('pauses: every call and every wait of it', async () => {
    const { client, requests, times } = play(
      refusal(503, '40'),
      processing,
      processing,
      completed,
      completed,
    );
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

  it('pauses, after a 429 that names no time, as long as the retry does', async () => {
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

  it('pauses, after a 429 that names no time at all, no shorter than after one that names none', async () => {
    const { client, times } = play(refusal(429, '0'), completed);
    const service = client();
    const first = service.getResult('limited');
    await vi.advanceTimersByTimeAsync(10);
    const second = service.getResult('other');
    await vi.runAllTimersAsync();
    await Promise.all([first, second]);
    expect(times).toEqual([0, 250, 250]);
  });

  it('is told of the answer that asked for the pause, not of a later one that asked for less', async () => {
    const { client } = play(refusal(503, '3600'), refusal(429));
    const service = client({ maxRetries: 0 });
    await Promise.all([failureOf(service.getResult('one')), failureOf(service.getResult('two'))]);
    expect(await failureOf(service.getResult('three'))).toMatchObject({ name: 'ApiError', status: 503 });
  });

  it('whose pause is over tells a wait that finds no place of the crowd, not of the pause', async () => {
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

  it('pauses also for what is about to be sent: while the key is fetched, and before a redirect is followed', async () => {
    const later = (ms: number, answer: () => Response) => () =>
      new Promise<Response>((resolve) => setTimeout(() => resolve(answer()), ms));
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

  it('pauses from the head of an answer on, and names its words once they have come', async () => {
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

  it('does not pause for a 503 that names no time', async () => {
    const { client, times } = play(refusal(503), completed);
    const service = client();
    const first = service.getResult('first');
    await vi.advanceTimersByTimeAsync(100);
    await service.getResult('second');
    await vi.runAllTimersAsync();
    await first;
    expect(times).toEqual([0, 100, 250]);
  });

  it('keeps to the longest of several pauses', async () => {
    const { client, times } = play(refusal(429, '50'), refusal(429, '20'), completed);
    const service = client();
    const calls = [service.getResult('a'), service.getResult('b')];
    await vi.runAllTimersAsync();
    await Promise.all(calls);
    expect(times).toEqual([0, 0, 50_000, 50_000]);
  });

  it('has the pauses of other clients none of its business', async () => {
    const { client, times } = play(refusal(429, '3600'), completed);
    await failureOf(client().getResult(ID));
    await client().getResult(ID);
    expect(times).toEqual([0, 0]);
  });

  it('goes out again one by one, then two, then three at a time, and in no burst', async () => {
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

  it('slows down again when it is refused again', async () => {
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
});

describe('a wait', () => {
  it('sits out any pause that it has time for', async () => {
    const { client, times } = play(refusal(429, String(DAY)), completed);
    const wait = client().waitForCompletion(ID, { maxWait: Number.POSITIVE_INFINITY });
    await vi.runAllTimersAsync();
    await expect(wait).resolves.toMatchObject({ status: 'completed' });
    expect(times).toEqual([0, DAY * 1000]);
  });

  it('pauses for a day at most, even where the service asks for more', async () => {
    const { client, times } = play(refusal(429, String(20 * DAY)), completed);
    const wait = client().waitForCompletion(ID, { maxWait: Number.POSITIVE_INFINITY });
    await vi.runAllTimersAsync();
    await wait;
    expect(times).toEqual([0, DAY * 1000]);
  });

  it('sits out a pause that ends exactly at its deadline, and looks then', async () => {
    const { client, times } = play(refusal(429, '100'), completed);
    const wait = client().waitForCompletion(ID, { maxWait: 100_000 });
    await vi.runAllTimersAsync();
    await wait;
    expect(times).toEqual([0, 100_000]);
  });

  it.each([
    [429, 'RateLimitError', '101'],
    [429, 'RateLimitError', String(DAY)],
    [503, 'ApiError', String(DAY)],
  ])(
    'ends at its deadline where a %i (%s) asks for longer (%s), without another look',
    async (status, name, header) => {
      const { client, times } = play(processing, refusal(status, header));
      const wait = failureOf(
        client({ polling: { jitter: false } }).waitForCompletion(ID, { maxWait: 100_000 }),
      );
      await vi.runAllTimersAsync();
      const error = await wait;
      expect(error).toBeInstanceOf(WaitTimeoutError);
      expect(error).toMatchObject({
        elapsed: 100_000,
        lastVideo: { status: 'processing' },
        cause: { name, status },
      });
      expect(times).toEqual([0, 30_000]);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it('ends at its deadline where another call of the client was asked to pause beyond it', async () => {
    const { client, times } = play(processing, refusal(429, String(DAY)));
    const service = client({ polling: { jitter: false } });
    const wait = failureOf(service.waitForCompletion(ID, { maxWait: 100_000 }));
    await vi.advanceTimersByTimeAsync(1_000);
    await failureOf(service.getResult('other'));
    await vi.runAllTimersAsync();
    const error = await wait;
    expect(error).toMatchObject({
      name: 'WaitTimeoutError',
      elapsed: 100_000,
      cause: { name: 'RateLimitError', taskId: ID, cause: { taskId: 'other' } },
    });
    expect(times).toEqual([0, 1_000]);
  });

  it('makes no last look where its last poll was a plain 429 whose pause reaches beyond the deadline', async () => {
    const { client, times } = play(processing, refusal(429));
    const wait = failureOf(client({ polling: { jitter: false } }).waitForCompletion(ID, { maxWait: 30_100 }));
    await vi.runAllTimersAsync();
    expect(await wait).toMatchObject({
      name: 'WaitTimeoutError',
      elapsed: 30_100,
      cause: { name: 'RateLimitError' },
    });
    expect(times).toEqual([0, 30_000]);
  });

  it('pauses between two polls until the service wishes to be asked, where its retries are used up', async () => {
    const { client, times } = play(refusal(429, '50'), completed);
    const onPollError = vi.fn();
    const wait = client({ maxRetries: 0, polling: { jitter: false } }).waitForCompletion(ID, { onPollError });
    await vi.runAllTimersAsync();
    await wait;
    expect(times).toEqual([0, 50_000]);
    expect(onPollError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ error: expect.any(RateLimitError), failures: 1, nextPollIn: 50_000 }),
    );
  });

  it('keeps to its own pause where that is the longer one', async () => {
    const { client, times } = play(refusal(429, '10'), completed);
    const wait = client({ maxRetries: 0, polling: { jitter: false } }).waitForCompletion(ID);
    await vi.runAllTimersAsync();
    await wait;
    expect(times).toEqual([0, 30_000]);
  });

  it('stops at once when it is aborted during the pause, and leaves no timer', async () => {
    const { client, times } = play(refusal(429, '600'));
    const stop = new AbortController();
    const wait = failureOf(client().waitForCompletion(ID, { signal: stop.signal }));
    await vi.advanceTimersByTimeAsync(300_000);
    expect(vi.getTimerCount()).toBeGreaterThan(0);
    stop.abort('enough');
    expect(await wait).toBe('enough');
    expect(vi.getTimerCount()).toBe(0);
    expect(times).toEqual([0]);
  });
});

describe('a wait with whatever looks at a task', () => {
  /** Not a client of this package, and so without its gate. */
  function source(retryAfter: number | null) {
    const start = performance.now();
    const times: number[] = [];
    const details = { taskId: ID, isTransient: true, status: 429, code: null, body: null, requestId: null };
    const getResult = async () => {
      times.push(performance.now() - start);
      if (times.length === 1) throw new RateLimitError('slow down', { ...details, retryAfter });
      return parseVideo(completed);
    };
    return { getResult, times };
  }

  it.each([
    [50_000, 50_000],
    [10_000, 30_000],
    [null, 30_000],
  ])('asked for a pause of %j ms looks again after %d ms', async (retryAfter, expected) => {
    const { getResult, times } = source(retryAfter);
    const wait = waitForCompletion({ getResult }, ID, { jitter: false });
    await vi.runAllTimersAsync();
    await wait;
    expect(times).toEqual([0, expected]);
  });

  it('asked for a pause beyond its deadline ends there, without another look', async () => {
    const { getResult, times } = source(100_001);
    const wait = failureOf(waitForCompletion({ getResult }, ID, { maxWait: 100_000 }));
    await vi.runAllTimersAsync();
    expect(await wait).toMatchObject({ name: 'WaitTimeoutError', elapsed: 100_000, cause: { status: 429 } });
    expect(times).toEqual([0]);
  });
});

describe('a place in a crowded client', () => {
  it('is not lost with a call that is aborted in the same instant as the one before it', async () => {
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
});
