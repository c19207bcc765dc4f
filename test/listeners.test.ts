import { getEventListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import { VideosClient } from 'videos-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { hang, play } from './helpers/fetch-service.ts';
import { runScript } from './helpers/run.ts';
import { completed, ID, processing } from './helpers/task.ts';

it('ten thousand waits with one signal, one after the other, leave no listener, no memory and no timer', {
  timeout: 120_000,
}, async () => {
  const script = fileURLToPath(new URL('helpers/wait-often-child.ts', import.meta.url));
  const { stdout, stderr } = await runScript(script);
  expect(stderr).toBe('');
  const { polls, listeners, grownBytes, warnings, resources } = JSON.parse(stdout);
  expect({ polls, listeners, warnings }).toEqual({ polls: 12_100, listeners: 0, warnings: [] });
  // A listener that was left by each would be some megabytes.
  expect(grownBytes).toBeLessThan(1_000_000);
  expect(resources).not.toContain('Timeout');
});

describe('a signal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const heard = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

  it('a signal has one listener from all the waits that share it, in every phase, and none after them', async () => {
    const { client } = play(processing);
    const stop = new AbortController();
    const { signal } = stop;
    const crowded = client({
      maxConcurrency: 2,
      fetch: async (_input, init) => hang(new Request('http://x', init ?? {})),
    });
    const resting = client();
    const waits = Array.from({ length: 100 }, (_, index) =>
      failureOf((index % 2 ? crowded : resting).waitForCompletion(ID, { signal })),
    );
    await vi.advanceTimersByTimeAsync(1_000);
    expect(heard(signal)).toBe(1);
    stop.abort('enough');
    expect(new Set(await Promise.all(waits))).toEqual(new Set(['enough']));
    expect(heard(signal)).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('a signal is released by a call whose fetch never settles, when its time is up', async () => {
    const { signal } = new AbortController();
    const client = new VideosClient({ apiKey: 'key', maxRetries: 0, fetch: () => new Promise(() => {}) });
    const call = failureOf(client.getResult(ID, { signal }));
    await vi.runAllTimersAsync();
    expect(await call).toMatchObject({ name: 'RequestTimeoutError' });
    expect(heard(signal)).toBe(0);
  });

  it('a signal is released by a call whose apiKey function never settles, when its time is up', async () => {
    const { signal } = new AbortController();
    const { client, requests } = play(completed);
    const call = failureOf(
      client({ apiKey: () => new Promise(() => {}), maxRetries: 0 }).getResult(ID, { signal }),
    );
    await vi.runAllTimersAsync();
    expect(await call).toMatchObject({ name: 'RequestTimeoutError' });
    expect(heard(signal)).toBe(0);
    expect(requests).toHaveLength(0);
  });

  it('a signal is released by calls that fail, those that time out and those that are refused', async () => {
    const { signal } = new AbortController();
    const { client } = play(() => new Response(null, { status: 429, headers: { 'retry-after': '50' } }));
    const service = client();
    const ends = [
      failureOf(service.waitForCompletion('deadline', { signal, maxWait: 5_000 })),
      failureOf(service.waitForCompletion('failures', { signal, maxFailures: 2 })),
      failureOf(service.getResult('once', { signal, maxRetries: 0 })),
    ];
    await vi.runAllTimersAsync();
    await Promise.all(ends);
    expect(heard(signal)).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('after the time is up a key that comes late is not sent', async () => {
  const { client, requests } = play(completed);
  let give = (_: string) => {};
  const apiKey = () => new Promise<string>((resolve) => (give = resolve));
  const call = failureOf(client({ apiKey, maxRetries: 0, timeout: 10 }).getResult(ID));
  expect(await call).toMatchObject({ name: 'RequestTimeoutError' });
  give('late');
  await new Promise((resolve) => setTimeout(resolve));
  expect(requests).toHaveLength(0);
});
