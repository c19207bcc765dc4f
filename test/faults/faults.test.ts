import { isVideosError, VideosClient, type VideosClientOptions } from 'videos-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { failureOf } from '../helpers/failure-of.ts';
import { startFastTime } from '../helpers/fast-time.ts';
import { HttpService, json } from '../helpers/http-service.ts';
import { completed, processing } from '../helpers/task.ts';
import { type Fault, PERMANENT, STUBBORN, TRANSIENT } from './table.ts';

// Every test waits for its own sockets: together they take as long as the slowest.
vi.setConfig({ maxConcurrency: 50, testTimeout: 60_000 });

let stopFastTime: () => void;
beforeAll(() => {
  stopFastTime = startFastTime();
});
afterAll(() => stopFastTime());

const good: Fault = { name: 'processing', error: 'ApiError', turn: json(processing) };
const end: Fault = { name: 'completed', error: 'ApiError', turn: json(completed) };

/** A real service that meets each request with the next of these, and a client of it that counts what it sends. */
async function meet(script: Fault[], options?: VideosClientOptions) {
  const turns = script.flatMap(({ turn }) => turn ?? []);
  const service = await HttpService.start(...turns);
  const sent = { count: 0 };
  const client = new VideosClient({
    apiKey: 'key',
    baseUrl: service.url,
    // What needs no time limit has none: threads, of which looking up a name takes one, do not turn with the loop.
    timeout: script.some(({ isSlow }) => isSlow) ? 5_000 : 2 ** 31 - 1,
    maxRetries: 0,
    polling: { minInterval: 0, maxInterval: 1, maxFailures: Number.POSITIVE_INFINITY },
    fetch: (input, init) => {
      const elsewhere = script[sent.count++]?.elsewhere;
      return fetch(elsewhere ? elsewhere(service.port) : input, init);
    },
    ...options,
  });
  return { client, service, sent, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
}

describe.concurrent.each(TRANSIENT.map((fault) => [fault.name, fault] as const))('%s', (_, fault) => {
  it('a transient fault is retried by a single call', async () => {
    await using scene = await meet([fault, good], { maxRetries: 1 });
    await expect(scene.client.getResult('video_1')).resolves.toMatchObject({ status: 'processing' });
    expect(scene.sent.count).toBe(2);
  });

  it('a transient fault is reported as what it is if there are no retries', async () => {
    await using scene = await meet([fault]);
    const error = await failureOf(scene.client.getResult('video_1'));
    expect(isVideosError(error)).toBe(true);
    expect(error).toMatchObject({ name: fault.error, taskId: 'video_1', isTransient: true });
    expect((error as Error).message).toMatch(/^Failed to (get|read) the re.* task video_1: /);
    expect(scene.sent.count).toBe(1);
  });

  it('a transient fault, alone or several times in a row, does not end a wait', async () => {
    await using scene = await meet([fault, good, fault, fault, end]);
    const failed: unknown[] = [];
    const wait = scene.client.waitForCompletion('video_1', {
      onPollError: ({ error, failures }) => failed.push([error.name, failures]),
    });
    await expect(wait).resolves.toMatchObject({ status: 'completed' });
    expect(failed).toEqual([
      [fault.error, 1],
      [fault.error, 1],
      [fault.error, 2],
    ]);
    expect(scene.sent.count).toBe(5);
    expect(scene.service.requests).toHaveLength(fault.turn ? 5 : 2);
  });
});

describe.concurrent.each(STUBBORN.map((fault) => [fault.name, fault] as const))('%s', (_, fault) => {
  it('a fault that a retry cannot change ends a single call after one request', async () => {
    await using scene = await meet([fault], { maxRetries: 3 });
    const error = await failureOf(scene.client.getResult('video_1'));
    expect(error).toMatchObject({ name: fault.error, isTransient: true });
    expect(scene.service.requests).toHaveLength(1);
  });

  it('a fault that a retry cannot change is one failed poll of a wait', async () => {
    await using scene = await meet([fault, good, fault, fault, end], { maxRetries: 3 });
    const failures: number[] = [];
    const wait = scene.client.waitForCompletion('video_1', {
      onPollError: (event) => failures.push(event.failures),
    });
    await expect(wait).resolves.toMatchObject({ status: 'completed' });
    expect(failures).toEqual([1, 1, 2]);
    expect(scene.service.requests).toHaveLength(5);
  });
});

describe.concurrent.each(PERMANENT.map((fault) => [fault.name, fault] as const))('%s', (_, fault) => {
  it('a fault that a retry cannot change ends a single call after one request', async () => {
    await using scene = await meet([fault, end], { maxRetries: 3 });
    const error = await failureOf(scene.client.getResult('video_1'));
    expect(error).toMatchObject({ name: fault.error, taskId: 'video_1', isTransient: false });
    expect(scene.service.requests).toHaveLength(1);
  });

  it('a permanent fault ends a wait with the same error, after one request', async () => {
    await using scene = await meet([fault, end], { maxRetries: 3 });
    const onPollError = vi.fn();
    const error = await failureOf(scene.client.waitForCompletion('video_1', { onPollError }));
    expect(error).toMatchObject({ name: fault.error, taskId: 'video_1', isTransient: false });
    expect(onPollError).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ error, failures: 1, nextPollIn: null }),
    );
    expect(scene.service.requests).toHaveLength(1);
  });
});

// Apart: if any of them needs a time limit, all have one, and a busy thread pool could make the others miss it.
const quick = TRANSIENT.filter(({ isSlow }) => !isSlow);
const slow = TRANSIENT.filter(({ isSlow }) => isSlow);

describe.concurrent.each([
  ['all faults that show at once,', [...quick, ...STUBBORN], quick],
  ['all faults that take as long as they may,', slow, slow],
])('%s one after another,', (_, faults, transient) => {
  it('faults one after another do not end a wait, and cost one request each', async () => {
    await using scene = await meet([...faults, end]);
    const met: string[] = [];
    const wait = scene.client.waitForCompletion('video_1', {
      onPollError: ({ error }) => met.push(error.name),
    });
    await expect(wait).resolves.toMatchObject({ status: 'completed' });
    expect(met).toEqual(faults.map(({ error }) => error));
    expect(scene.sent.count).toBe(faults.length + 1);
  });

  it('two faults one after another are one failed poll if a request has one retry', async () => {
    const twice = [...transient, ...transient];
    await using scene = await meet([...twice, end], { maxRetries: 1 });
    const met: string[] = [];
    const wait = scene.client.waitForCompletion('video_1', {
      onPollError: ({ error }) => met.push(error.name),
    });
    await expect(wait).resolves.toMatchObject({ status: 'completed' });
    expect(met).toEqual(twice.filter((_, index) => index % 2 === 1).map(({ error }) => error));
    expect(scene.sent.count).toBe(twice.length + 1);
  });
});
