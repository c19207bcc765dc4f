import type { JSONValue } from '@ai-sdk/provider';
import { parseVideo, VideosClient } from 'videos-client';
import type { EmulatedFault } from 'videos-client/testing';
import { beforeEach, expect, it, vi } from 'vitest';
import { Operations } from '../src/ai-sdk/operations.ts';
import {
  counts,
  emulator,
  type Model,
  model,
  provider,
  rejectionOf,
  reset,
  settled,
  start,
  statusOf,
} from './helpers/ai-sdk.ts';
import { failureOf } from './helpers/failure-of.ts';
import { queued } from './helpers/task.ts';

beforeEach(reset);

it('doStatus is pending without a request until minInterval has passed since the start or the last poll', async () => {
  const of = model();
  const operation = await start(of);
  const seen: string[] = [];
  const pollsAt: number[] = [];
  for (let seconds = 5; seconds <= 90; seconds += 5) {
    await vi.advanceTimersByTimeAsync(5_000);
    const before = emulator.requests.length;
    seen.push((await of.doStatus({ operation })).status);
    if (emulator.requests.length > before) pollsAt.push(seconds);
  }

  expect(pollsAt).toEqual([30, 60, 90]);
  expect(seen).toEqual([...Array(17).fill('pending'), 'completed']);
  expect(counts()).toEqual({ create: 1, result: 3 });
});

it('doStatus returns a completed video by its URL, and again from memory until minInterval has passed', async () => {
  emulator.onCreate(() => ({ after: { polls: 1 } }));
  const of = model();
  const operation = await start(of);
  await vi.advanceTimersByTimeAsync(30_000);
  const video = { type: 'url', url: `${emulator.filesUrl}/${operation}.mp4`, mediaType: 'video/mp4' };
  const done = { status: 'completed', videos: [video], warnings: [] };

  expect(await of.doStatus({ operation })).toMatchObject(done);
  await vi.advanceTimersByTimeAsync(29_999);
  expect(await of.doStatus({ operation })).toMatchObject(done);
  expect(counts()).toEqual({ create: 1, result: 1 });
  await vi.advanceTimersByTimeAsync(1);
  expect(await of.doStatus({ operation })).toMatchObject(done);
  expect(counts()).toEqual({ create: 1, result: 2 });
});

it('every model of a provider knows what another has started, and no model of another provider does', async () => {
  const { video } = provider();
  const operation = await start(video('videos') as Model);

  expect(await statusOf(video('videos_fast') as Model, operation)).toBe('pending');
  expect(counts()).toEqual({ create: 1 });
  const other = model();
  expect(await statusOf(other, operation)).toBe('pending');
  expect(counts()).toEqual({ create: 1, result: 1 });
  expect(await statusOf(other, operation)).toBe('pending');
  expect(counts()).toEqual({ create: 1, result: 1 });
});

it('doStatus obeys the minInterval that follows from polling', async () => {
  const of = model({ polling: { maxInterval: 10_000 } });
  const operation = await start(of);
  await vi.advanceTimersByTimeAsync(9_999);
  await of.doStatus({ operation });
  expect(counts()).toEqual({ create: 1 });
  await vi.advanceTimersByTimeAsync(1);
  await of.doStatus({ operation });
  expect(counts()).toEqual({ create: 1, result: 1 });
});

it('minInterval counts from the end of a slow poll', async () => {
  emulator.addTask({ id: 'video_7' });
  const fetch: typeof globalThis.fetch = async (...request) => {
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    return emulator.fetch(...request);
  };
  const of = model({ fetch });
  expect(await statusOf(of, 'video_7')).toBe('pending');
  await vi.advanceTimersByTimeAsync(29_999);
  expect(await statusOf(of, 'video_7')).toBe('pending');
  expect(counts()).toEqual({ result: 1 });
  await vi.advanceTimersByTimeAsync(1);
  await statusOf(of, 'video_7');
  expect(counts()).toEqual({ result: 2 });
});

it('two calls of doStatus at a time are one request', async () => {
  const of = model();
  emulator.addTask({ id: 'video_7', after: { polls: 1 } });
  const calls = [of.doStatus({ operation: 'video_7' }), of.doStatus({ operation: 'video_7' })];

  expect((await settled(Promise.all(calls))).map(({ status }) => status)).toEqual(['completed', 'pending']);
  expect(counts()).toEqual({ result: 1 });
});

it.each<[EmulatedFault, number]>([
  ['reset', 30_000],
  [{ status: 503 }, 30_000],
  [{ status: 404 }, 30_000],
  ['unauthorized', 30_000],
  [{ status: 429, retryAfter: 120 }, 120_000],
])(
  'doStatus tolerates a poll of a new task that meets %j, and polls again after %d ms',
  async (fault, pause) => {
    const of = model();
    const operation = await start(of);
    emulator.fail({ on: 'result', with: fault });
    await vi.advanceTimersByTimeAsync(30_000);
    expect((await of.doStatus({ operation })).status).toBe('pending');
    expect(counts()).toEqual({ create: 1, result: 1 });
    await vi.advanceTimersByTimeAsync(pause - 1);
    expect((await of.doStatus({ operation })).status).toBe('pending');
    expect(counts()).toEqual({ create: 1, result: 1 });
    await vi.advanceTimersByTimeAsync(1);
    expect((await of.doStatus({ operation })).status).toBe('pending');
    expect(counts()).toEqual({ create: 1, result: 2 });
  },
);

it.each<[EmulatedFault, number, string]>([
  [{ status: 404 }, 2, 'NotFoundError'],
  ['unauthorized', 2, 'AuthenticationError'],
  [{ status: 503 }, 9, 'ApiError'],
  [{ status: 400 }, 0, 'ApiError'],
])('polls that meet %j end a started task after %d that are tolerated', async (fault, tolerated, name) => {
  const of = model();
  const operation = await start(of);
  emulator.fail({ on: 'result', with: fault, times: 99 });
  for (let i = 0; i < tolerated; i++) {
    await vi.advanceTimersByTimeAsync(30_000);
    expect((await of.doStatus({ operation })).status).toBe('pending');
  }
  await vi.advanceTimersByTimeAsync(30_000);
  const error = await rejectionOf(of.doStatus({ operation }));

  expect(error).toMatchObject({
    name: 'AI_APICallError',
    isRetryable: false,
    url: `${emulator.baseUrl}/v1/result/${operation}`,
    requestBodyValues: { operation },
    cause: { name, taskId: operation },
  });
  expect(counts()).toEqual({ create: 1, result: tolerated + 1 });
});

it('a successful poll clears the count of those that failed', async () => {
  const of = model({ polling: { maxFailures: 2 } });
  emulator.onCreate(() => ({ after: { polls: 9 } }));
  const operation = await start(of);
  for (let i = 0; i < 4; i++) {
    emulator.fail({ on: 'result', with: { status: 503 } });
    for (let poll = 0; poll < 2; poll++) {
      await vi.advanceTimersByTimeAsync(30_000);
      expect((await of.doStatus({ operation })).status).toBe('pending');
    }
  }
  expect(counts()).toEqual({ create: 1, result: 8 });
});

it('an unknown operation of another process is an error at once, and each further call asks again', async () => {
  const of = model();
  for (const result of [1, 2]) {
    expect(await rejectionOf(of.doStatus({ operation: 'video_0' }))).toMatchObject({
      isRetryable: false,
      statusCode: 404,
      cause: { name: 'NotFoundError' },
    });
    expect(counts()).toEqual({ result });
  }
});

it.each<JSONValue>([42, null, '', '..', '\ud800', { id: 'video_1' }, ['video_1']])(
  'the operation %j is a wrong argument, and nothing is sent',
  async (operation) => {
    const error = await rejectionOf(model().doStatus({ operation }));

    expect(error).toMatchObject({
      name: 'AI_APICallError',
      isRetryable: false,
      url: `${emulator.baseUrl}/v1/result`,
      cause: { name: 'TypeError' },
    });
    expect(counts()).toEqual({});
  },
);

it('a failed task is a status of its own, with the reason', async () => {
  emulator.addTask({ id: 'video_7', outcome: 'failed', error: 'No cats.', after: { polls: 1 } });
  expect(await settled(model().doStatus({ operation: 'video_7' }))).toMatchObject({
    status: 'error',
    error: expect.stringContaining('No cats.'),
    providerMetadata: { videos: { taskId: 'video_7', status: 'failed' } },
  });
});

it.each(['completed', 'failed'] as const)(
  'a task that is %s in the reply to its create needs no poll',
  async (outcome) => {
    emulator.onCreate(() => ({ outcome, after: { ms: 0 } }));
    const of = model();
    const operation = await start(of);
    expect(await statusOf(of, operation)).toBe(outcome === 'failed' ? 'error' : 'completed');
    expect(counts()).toEqual({ create: 1 });
  },
);

it('an aborted doStatus rejects with the reason itself, and the next call polls at once', async () => {
  emulator.addTask({ id: 'video_7', after: { polls: 1 } });
  emulator.fail({ on: 'result', with: 'timeout' });
  const of = model();
  const controller = new AbortController();
  setTimeout(() => controller.abort('enough'), 10);
  const call = of.doStatus({ operation: 'video_7', abortSignal: controller.signal });
  expect(await rejectionOf(call)).toBe('enough');
  expect(await rejectionOf(of.doStatus({ operation: 'video_7', abortSignal: controller.signal }))).toBe(
    'enough',
  );
  expect(counts()).toEqual({ result: 1 });
  expect(await statusOf(of, 'video_7')).toBe('completed');
  expect(counts()).toEqual({ result: 2 });
  expect(await rejectionOf(of.doStatus({ operation: 'video_7', abortSignal: controller.signal }))).toBe(
    'enough',
  );
});

it('ten thousand operations are remembered; then the oldest is forgotten, and polled at once', async () => {
  const client = new VideosClient({ apiKey: 'test-key', fetch: emulator.fetch, maxRetries: 0 });
  const operations = new Operations(client);
  const add = (i: number) => operations.add(parseVideo({ ...queued, id: `video_${i}` }));
  for (let i = 0; i < 10_000; i++) add(i);
  expect(await operations.latest('video_0', undefined)).toMatchObject({ id: 'video_0' });
  expect(counts()).toEqual({});

  add(10_000);
  expect(await operations.latest('video_1', undefined)).toMatchObject({ id: 'video_1' });
  expect(counts()).toEqual({});
  expect(await settled(failureOf(operations.latest('video_0', undefined)))).toMatchObject({
    name: 'NotFoundError',
  });
  expect(counts()).toEqual({ result: 1 });
});
