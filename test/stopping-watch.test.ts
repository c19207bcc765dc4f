import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { hang, play } from './helpers/fetch-service.ts';
import { completed, ID, processing } from './helpers/task.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const signal = () => new AbortController().signal;

it('watch stops with break: no timer, no listener, no other request', async () => {
  const { client, requests } = play(processing);
  const listened = signal();
  for await (const video of client().watch(ID, { signal: listened })) {
    expect(video.status).toBe('processing');
    break;
  }
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(listened, 'abort')).toEqual([]);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(requests).toHaveLength(1);
});

it.each([
  ['a pause', processing, 1],
  ['a request', hang, 2],
])(
  'watch stops with return() in the middle of %s, at once; the pending next() is done',
  async (_, step, requests) => {
    const service = play(processing, step);
    const listened = signal();
    const videos = service.client({ polling: { minInterval: 0, maxInterval: 60_000 } });
    const watching = videos.watch(ID, { signal: listened, minInterval: step === hang ? 0 : 30_000 });
    await watching.next();
    const pending = watching.next();
    await vi.advanceTimersByTimeAsync(0);
    expect(service.requests).toHaveLength(requests);

    const ended = watching.return();
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(await ended).toEqual({ done: true, value: undefined });
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(listened, 'abort')).toEqual([]);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(service.requests).toHaveLength(requests);
    expect(await watching.next()).toEqual({ done: true, value: undefined });
  },
);

it('watch stops with throw() in the middle of a pause, at once, with that error', async () => {
  const { client } = play(processing);
  const listened = signal();
  const watching = client().watch(ID, { signal: listened });
  await watching.next();
  const pending = watching.next();
  expect(await failureOf(watching.throw('out of here'))).toBe('out of here');
  expect(await pending).toEqual({ done: true, value: undefined });
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(listened, 'abort')).toEqual([]);
});

it('watch stops with the end of the block that it is used in', async () => {
  const { client, requests } = play(processing);
  const listened = signal();
  {
    await using videos = client().watch(ID, { signal: listened });
    expect((await videos.next()).value).toMatchObject({ status: 'processing' });
    void videos.next();
  }
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(listened, 'abort')).toEqual([]);
  expect(requests).toHaveLength(1);
});

it('watch sends nothing when it is returned before it has begun', async () => {
  const { client, requests } = play(completed);
  const watching = client().watch(ID);
  expect(await watching.return()).toEqual({ done: true, value: undefined });
  expect(await watching.next()).toEqual({ done: true, value: undefined });
  expect(requests).toEqual([]);
});

it('watch rejects the pending next() with the reason of the signal, then is done', async () => {
  const { client } = play(processing);
  const controller = new AbortController();
  const watching = client().watch(ID, { signal: controller.signal });
  await watching.next();
  const pending = failureOf(watching.next());
  controller.abort('enough');
  expect(await pending).toBe('enough');
  expect(await watching.next()).toEqual({ done: true, value: undefined });
});

it('watch rejects the next next() when the signal was aborted between two', async () => {
  const { client, requests } = play(processing);
  const controller = new AbortController();
  const watching = client().watch(ID, { signal: controller.signal });
  await watching.next();
  controller.abort('meanwhile');
  expect(await failureOf(watching.next())).toBe('meanwhile');
  expect(requests).toHaveLength(1);
});

it('watch rejects the next next() with that reason also after the poll at the deadline', async () => {
  const { client } = play(processing);
  const controller = new AbortController();
  const watching = client().watch(ID, { signal: controller.signal, maxWait: 0 });
  await watching.next();
  controller.abort('meanwhile');
  expect(await failureOf(watching.next())).toBe('meanwhile');
});
