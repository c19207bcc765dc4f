import type { Attempt, VideosClient } from 'videos-client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { hang, play, type Step } from './helpers/fetch-service.ts';
import { completed, ID } from './helpers/task.ts';

const NOW = Date.UTC(2026, 10, 6);
beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => void vi.useRealTimers());

const URL_OF_TASK = `https://host.test/api/v1/result/${ID}`;
const later =
  (ms: number, step: () => Response): Step =>
  async () => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return step();
  };

/** A client whose attempts are written down. */
function observed(steps: Step[], options: ConstructorParameters<typeof VideosClient>[0] = {}) {
  const attempts: Attempt[] = [];
  const service = play(...steps);
  const onAttempt = (attempt: Attempt) => void attempts.push(attempt);
  const client = service.client({ baseUrl: 'https://host.test/api', onAttempt, ...options });
  return { ...service, client, attempts };
}

it('onAttempt is called with everything that is known of a successful attempt', async () => {
  const ok = later(120, () => Response.json(completed, { headers: { 'x-request-id': 'r-1' } }));
  const { client, attempts } = observed([ok]);
  const call = client.getResult(ID);
  await vi.runAllTimersAsync();
  await call;
  expect(attempts).toEqual([
    {
      kind: 'api',
      method: 'GET',
      url: URL_OF_TASK,
      taskId: ID,
      attempt: 1,
      status: 200,
      requestId: 'r-1',
      startTime: NOW,
      duration: 120,
      retryIn: null,
      error: null,
    },
  ]);
});

it('onAttempt is called for each failed attempt with its error and the exact pause before the next one', async () => {
  const unavailable = () => new Response('', { status: 503, headers: { 'x-request-id': 'r-2' } });
  const refused = () => {
    throw new TypeError('fetch failed');
  };
  const { client, attempts, times } = observed([unavailable, refused, () => new Response('not JSON')]);
  const call = failureOf(client.getResult(ID, { maxRetries: 2 }));
  await vi.runAllTimersAsync();
  const error = await call;
  expect(attempts).toMatchObject([
    { attempt: 1, status: 503, requestId: 'r-2', retryIn: 250, error: { name: 'ApiError', status: 503 } },
    { attempt: 2, status: null, requestId: null, retryIn: 500, error: { name: 'ConnectionError' } },
    { attempt: 3, status: 200, requestId: null, retryIn: null, error: { name: 'InvalidResponseError' } },
  ]);
  expect(attempts[2]?.error).toBe(error);
  expect(times).toEqual([0, 250, 750]);
  expect(attempts.map(({ startTime }) => startTime - NOW)).toEqual(times);
});

it('onAttempt counts the rate-limit pause of the client into the pause before the next attempt', async () => {
  const limited = () => new Response('', { status: 429, headers: { 'retry-after': '30' } });
  const { client, attempts, times } = observed([limited, completed]);
  const call = client.getResult(ID);
  await vi.runAllTimersAsync();
  await call;
  expect(attempts.map(({ retryIn }) => retryIn)).toEqual([30_000, null]);
  expect(times).toEqual([0, 30_000]);
});

it('onAttempt reports no pause if a call does not wait through the rate-limit pause', async () => {
  const limited = () => new Response('', { status: 429, headers: { 'retry-after': '61' } });
  const { client, attempts } = observed([limited]);
  await failureOf(client.getResult(ID));
  // The next call is not sent at all.
  await failureOf(client.getResult(ID));
  expect(attempts).toMatchObject([{ retryIn: null, error: { name: 'RateLimitError' } }]);
});

it('onAttempt is called once for an attempt with its redirects, with the first URL and without its query', async () => {
  const moved = later(10, () => new Response(null, { status: 307, headers: { location: '/other?a=b' } }));
  const { client, attempts } = observed([moved, later(10, () => Response.json(completed))]);
  const call = client.getResult(ID);
  await vi.runAllTimersAsync();
  await call;
  expect(attempts).toMatchObject([{ url: URL_OF_TASK, status: 200, duration: 20, attempt: 1 }]);
});

it('onAttempt is called for an attempt that took too long, with the status if there was one', async () => {
  const silent = () => new Response(new ReadableStream());
  const { client, attempts } = observed([hang, silent], { timeout: 1_000, maxRetries: 1 });
  const call = failureOf(client.getResult(ID));
  await vi.runAllTimersAsync();
  await call;
  expect(attempts).toMatchObject([
    { status: null, duration: 1_000, retryIn: 250, error: { name: 'RequestTimeoutError' } },
    { status: 200, duration: 1_000, retryIn: null, error: { name: 'RequestTimeoutError' } },
  ]);
});

it('onAttempt reports that the attempt with a renewed key follows at once', async () => {
  const refused = () => new Response('', { status: 401 });
  let keys = 0;
  const apiKey = () => `key-number-${++keys}`;
  const { client, attempts } = observed([refused, completed], { apiKey });
  await client.getResult(ID);
  expect(attempts).toMatchObject([
    { attempt: 1, status: 401, retryIn: 0, error: { name: 'AuthenticationError' } },
    { attempt: 2, status: 200, retryIn: null, error: null },
  ]);
});

it('onAttempt is not called for what was never sent', async () => {
  const apiKey = () => {
    throw new Error('no key today');
  };
  const { client, attempts, requests } = observed([completed], { apiKey, maxRetries: 0 });
  await failureOf(client.getResult(ID));
  await failureOf(client.getResult(''));
  expect(requests).toEqual([]);
  expect(attempts).toEqual([]);
});

it('onAttempt is not called for a mistake of the caller, such as a fetch that returns no response', async () => {
  const onAttempt = vi.fn();
  const { client } = play(() => undefined as never);
  await expect(client({ onAttempt }).getResult(ID)).rejects.toBeInstanceOf(TypeError);
  expect(onAttempt).not.toHaveBeenCalled();
});

it('onAttempt is not called for what was aborted', async () => {
  const { client, attempts } = observed([hang]);
  const stop = new AbortController();
  const call = failureOf(client.getResult(ID, { signal: stop.signal }));
  await vi.advanceTimersByTimeAsync(10);
  stop.abort(new Error('enough'));
  await call;
  expect(attempts).toEqual([]);
});

it('onAttempt never receives the key', async () => {
  const echo = () => new Response('key-of-the-client is refused', { status: 401 });
  const { client, attempts } = observed([echo], { apiKey: 'key-of-the-client' });
  await failureOf(client.getResult(ID));
  expect(attempts).toHaveLength(1);
  expect(JSON.stringify(attempts)).not.toContain('key-of-the-client');
  expect(attempts[0]?.error?.stack).not.toContain('key-of-the-client');
});

it('onAttempt never receives the key, even if the service repeats it as the id of the request, or the URL contains it', async () => {
  const headers = { 'x-request-id': 'key-of-the-client' };
  const file = () => new Response('a', { headers: { ...headers, 'content-type': 'video/mp4' } });
  const video_url = 'https://cdn.example.com/key-of-the-client/a.mp4';
  const { client, attempts } = observed(
    [() => Response.json({ ...completed, video_url }, { headers }), file],
    {
      apiKey: 'key-of-the-client',
      baseUrl: 'https://host.test/key-of-the-client',
    },
  );
  await (await client.download(ID)).text();
  expect(attempts).toMatchObject([
    { kind: 'api', requestId: '[redacted]', url: `https://host.test/[redacted]/v1/result/${ID}` },
    { kind: 'file', requestId: '[redacted]', url: 'https://cdn.example.com/[redacted]/a.mp4' },
  ]);
});

it.each([
  [
    'throws',
    () => {
      throw new Error('a bug in the logger');
    },
  ],
  ['rejects', () => Promise.reject(new Error('a bug in the logger'))],
])('onAttempt changes no result when it %s: the error is reported', async (_, onAttempt) => {
  const reported = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { client } = observed([() => new Response('', { status: 500 }), completed], { onAttempt });
  const call = client.getResult(ID);
  await vi.runAllTimersAsync();
  await expect(call).resolves.toMatchObject({ status: 'completed' });
  expect(reported.mock.calls).toEqual([
    [expect.objectContaining({ message: 'a bug in the logger' })],
    [expect.objectContaining({ message: 'a bug in the logger' })],
  ]);
});

it('onAttempt is not awaited', async () => {
  const { client } = observed([completed], { onAttempt: () => new Promise(() => {}) });
  await expect(client.getResult(ID)).resolves.toMatchObject({ status: 'completed' });
});

it('an error of onAttempt in a page is reported as an error of the page', async () => {
  const reportError = vi.fn();
  vi.stubGlobal('document', {});
  vi.stubGlobal('reportError', reportError);
  const onAttempt = () => {
    throw new Error('a bug in the logger');
  };
  const { client } = observed([completed], { apiKey: null, onAttempt });
  await client.getResult(ID);
  await vi.runAllTimersAsync();
  expect(reportError).toHaveBeenCalledExactlyOnceWith(
    expect.objectContaining({ message: 'a bug in the logger' }),
  );
});
