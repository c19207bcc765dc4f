import { Readable } from 'node:stream';
import type { VideosClient, WaitOptions, WaitOutcome } from 'videos-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { completesAfter, failsAfter, playTasks } from './helpers/fetch-service.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const exact: WaitOptions = { minInterval: 1_000, maxInterval: 1_000, jitter: false };

type Ids = Iterable<string> | AsyncIterable<string>;

/** Waits for them all, letting the clock run. */
async function settle(client: VideosClient, ids: Ids, options: WaitOptions = exact): Promise<WaitOutcome[]> {
  const outcomes = collect(client.waitForAll(ids, options));
  await vi.runAllTimersAsync();
  return outcomes;
}

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

const idsOf = (outcomes: WaitOutcome[]) => outcomes.map(({ id }) => id);

/** Ids that come when they are sent. */
function sender() {
  const waiting: ((result: IteratorResult<string, undefined>) => void)[] = [];
  const closed = vi.fn();
  const ids: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise((resolve) => waiting.push(resolve)),
      return: () => {
        closed();
        return new Promise(() => {}); // Busy for ever, as a generator in the middle of an await may be.
      },
    }),
  };
  const send = async (value: string) => {
    waiting.shift()?.({ done: false, value });
    await vi.advanceTimersByTimeAsync(0);
  };
  return { ids, send, closed };
}

describe('the outcomes of many tasks', () => {
  it('come in the order in which the tasks end', async () => {
    const ends: Record<string, number> = { a: 3_000, b: 0, c: 2_000, d: 1_000 };
    const { client } = playTasks((id) => completesAfter(ends[id] ?? 0));
    expect(idsOf(await settle(client(), ['a', 'b', 'c', 'd']))).toEqual(['b', 'd', 'c', 'a']);
  });

  it('are a completed video, or why there is none; and no failure ends another wait', async () => {
    const { client } = playTasks((id) => {
      if (id === 'missing') return () => new Response('{"message":"no such task"}', { status: 404 });
      return id === 'failing' ? failsAfter(1_000) : completesAfter(2_000);
    });
    const outcomes = await settle(client(), ['missing', 'failing', 'good', 'also good']);
    expect(outcomes).toMatchObject([
      { id: 'missing', status: 'rejected', reason: { name: 'NotFoundError', taskId: 'missing' } },
      { id: 'failing', status: 'rejected', reason: { name: 'VideoFailedError', taskId: 'failing' } },
      { id: 'good', status: 'fulfilled', value: { id: 'good', status: 'completed' } },
      { id: 'also good', status: 'fulfilled', value: { id: 'also good', status: 'completed' } },
    ]);
  });

  it('are none where there are no ids', async () => {
    const { client } = playTasks(() => completesAfter(0));
    expect(await settle(client(), [])).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are one for an id that comes again while it is waited for, two once its outcome was handed over', async () => {
    const { client, timesOf } = playTasks(() => completesAfter(0));
    async function* ids() {
      yield* ['a', 'b', 'a'];
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      yield* ['a', 'c'];
    }
    expect(idsOf(await settle(client(), ids()))).toEqual(['a', 'b', 'a', 'c']);
    expect(timesOf('a')).toEqual([0, 60_000]);
  });

  it('are a TypeError for a wrong id, without a request', async () => {
    const { client, polls } = playTasks(() => completesAfter(0));
    const outcomes = await settle(client(), ['', null as never, '..', 'good']);
    expect(outcomes).toHaveLength(4);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([
      { id: '', reason: expect.any(TypeError) },
      { id: null, reason: expect.any(TypeError) },
      { id: '..', reason: expect.any(TypeError) },
    ]);
    expect(polls).toMatchObject([{ id: 'good' }]);
  });

  it('tell of a deadline that each task has of its own, from its first poll', async () => {
    const { client, timesOf } = playTasks(() => completesAfter(Number.POSITIVE_INFINITY));
    const late = client({ maxConcurrency: 1 }).waitForAll(['a', 'b'], { ...exact, maxWait: 2_500 });
    const outcomes = collect(late);
    await vi.runAllTimersAsync();
    const rejected = { status: 'rejected', reason: { name: 'WaitTimeoutError', elapsed: 2_500 } };
    expect(await outcomes).toMatchObject([
      { id: 'a', ...rejected },
      { id: 'b', ...rejected },
    ]);
    const [first = 0] = timesOf('b');
    expect(first).toBeGreaterThan(0);
    expect(timesOf('b').map((time) => time - first)).toEqual([0, 1_000, 2_000, 2_500]);
  });
});

describe('the ids', () => {
  const { client } = playTasks(() => completesAfter(0));
  const names = ['a', 'b', 'c'];
  const kinds: [string, () => Ids][] = [
    ['a set', () => new Set(names)],
    ['the keys of a map', () => new Map(names.map((name) => [name, 1])).keys()],
    [
      'a generator',
      () =>
        (function* () {
          yield* names;
        })(),
    ],
    [
      'an async generator',
      () =>
        (async function* () {
          yield* names;
        })(),
    ],
    ['a stream', () => Readable.from(names)],
    [
      'an iterable whose async iterator is undefined',
      () => ({ [Symbol.asyncIterator]: undefined, [Symbol.iterator]: () => names.values() }),
    ],
    ['a function', () => Object.assign(() => {}, { [Symbol.iterator]: () => names.values() })],
  ];
  it.each(kinds)('may come from %s', async (_, ids) => {
    expect(idsOf(await settle(client(), ids()))).toEqual(names);
  });

  it.each(['video_1', 7, null, undefined, {}])('may not come from %j', async (ids) => {
    const { client, polls } = playTasks(() => completesAfter(0));
    const outcomes = client().waitForAll(ids as never);
    await expect(outcomes.next()).rejects.toThrow(/^Invalid ids: .*Expected an iterable/);
    await expect(outcomes.next()).resolves.toEqual({ done: true, value: undefined });
    expect(polls).toEqual([]);
  });

  it('are not touched where an option is wrong', async () => {
    const ids = { [Symbol.iterator]: vi.fn() };
    await expect(client().waitForAll(ids, { factor: 0 }).next()).rejects.toThrow(RangeError);
    expect(ids[Symbol.iterator]).not.toHaveBeenCalled();
  });

  it('are not touched before the first outcome is asked for', async () => {
    const ids = { [Symbol.iterator]: vi.fn() };
    const outcomes = client().waitForAll(ids);
    await vi.runAllTimersAsync();
    await outcomes.return();
    expect(ids[Symbol.iterator]).not.toHaveBeenCalled();
  });

  it('are taken up as they come, and their outcomes do not wait for the next id', async () => {
    const { client, polls } = playTasks(() => completesAfter(0));
    const { ids, send } = sender();
    const outcomes = client().waitForAll(ids);
    const first = outcomes.next();
    await send('a');
    await expect(first).resolves.toMatchObject({ value: { id: 'a', status: 'fulfilled' } });
    await vi.advanceTimersByTimeAsync(5_000);
    const second = outcomes.next();
    await send('b');
    await expect(second).resolves.toMatchObject({ value: { id: 'b' } });
    expect(polls).toMatchObject([{ time: 0 }, { time: 5_000 }]);
    await outcomes.return();
  });

  it('may be endless: a hundred thousand tasks are held at a time, and the process stays responsive', async () => {
    const { client } = playTasks(() => completesAfter(0));
    let read = 0;
    function* ids() {
      for (;;) yield `task-${read++}`;
    }
    const outcomes = client().waitForAll(ids(), { minInterval: 3_600_000 });
    await outcomes.next();
    await vi.advanceTimersToNextTimerAsync();
    expect(read).toBeLessThan(1_000);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(read).toBeGreaterThanOrEqual(100_000);
    const held = read;
    expect(held).toBeLessThan(100_500);
    for (let count = 0; count < 15; count++) await outcomes.next();
    await vi.advanceTimersByTimeAsync(0);
    expect(read).toBeLessThan(held + 20);
    await outcomes.return();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('may be endless, and their outcomes read slowly: those count as held until they are handed over', async () => {
    const { client } = playTasks(() => completesAfter(0));
    let read = 0;
    function* ids() {
      for (;;) yield `no id: \ud800 ${read++}`;
    }
    const outcomes = client().waitForAll(ids());
    await outcomes.next();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(read).toBe(100_001);
    for (let count = 0; count < 9; count++) await outcomes.next();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(read).toBe(100_010);
    await outcomes.return();
  });

  it('end everything with the error that they end with, after the outcomes that have come in', async () => {
    const { client, polls } = playTasks((id) => completesAfter(id === 'a' ? 0 : 60_000));
    const error = new Error('the database is gone');
    async function* ids() {
      yield* ['a', 'b'];
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      throw error;
    }
    const outcomes = client().waitForAll(ids(), exact);
    const first = outcomes.next();
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(first).resolves.toMatchObject({ value: { id: 'a' } });
    await expect(outcomes.next()).rejects.toBe(error);
    expect(polls).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are refused where their iterator is none, instead of being asked for ever', async () => {
    const { client } = playTasks(() => completesAfter(0));
    const next = vi.fn<() => never>(() => 5 as never);
    const outcomes = client().waitForAll({ [Symbol.iterator]: () => ({ next }) }, exact);
    await expect(outcomes.next()).rejects.toThrow(new TypeError('Iterator result is not an object.'));
    expect(next).toHaveBeenCalledTimes(1);
  });

  it('lose no outcome that came in before their error', async () => {
    const { client } = playTasks(() => completesAfter(0));
    async function* ids() {
      yield* ['a', 'b'];
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      throw new Error('the database is gone');
    }
    const outcomes = client().waitForAll(ids());
    await expect(outcomes.next()).resolves.toMatchObject({ value: { id: 'a' } });
    await vi.advanceTimersByTimeAsync(5_000);
    await expect(outcomes.next()).resolves.toMatchObject({ value: { id: 'b' } });
    await expect(outcomes.next()).rejects.toThrow('the database is gone');
    await expect(outcomes.next()).resolves.toEqual({ done: true, value: undefined });
  });
});

describe('stopping', () => {
  const never = () => completesAfter(Number.POSITIVE_INFINITY);

  it('by break closes the input, and leaves no poll and no timer behind', async () => {
    const { client, polls } = playTasks((id) => (id === 'a' ? completesAfter(0) : never()));
    const closed = vi.fn();
    function* ids() {
      try {
        for (let number = 0; ; number++) yield number === 0 ? 'a' : `b${number}`;
      } finally {
        closed();
      }
    }
    for await (const outcome of client().waitForAll(ids(), exact)) {
      expect(outcome.id).toBe('a');
      break;
    }
    const before = polls.length;
    expect(closed).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(polls).toHaveLength(before);
  });

  it('by return() ends a pending next() at once, while the input is busy for ever', async () => {
    const { client, polls } = playTasks(never);
    const { ids, send, closed } = sender();
    const outcomes = client().waitForAll(ids, exact);
    const pending = outcomes.next();
    await send('a');
    const returned = outcomes.return();
    await expect(pending).resolves.toEqual({ done: true, value: undefined });
    await expect(returned).resolves.toEqual({ done: true, value: undefined });
    expect(closed).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
    await send('b');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(polls).toHaveLength(1);
  });

  it('by abort, in a pause, in a poll and between two outcomes, is at once and with the reason', async () => {
    const reason = new Error('enough');
    for (const [latency, time] of [
      [0, 500],
      [400, 200],
      [400, 1_600],
    ] as const) {
      const { client, polls } = playTasks(never, { latency });
      const { ids, send, closed } = sender();
      const controller = new AbortController();
      const outcomes = client().waitForAll(ids, { ...exact, signal: controller.signal });
      const pending = expect(outcomes.next()).rejects.toBe(reason);
      await send('a');
      await send('b');
      await vi.advanceTimersByTimeAsync(time);
      controller.abort(reason);
      await pending;
      const before = polls.length;
      await vi.advanceTimersByTimeAsync(60_000);
      expect(polls).toHaveLength(before);
      expect(closed).toHaveBeenCalledOnce();
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it('by abort holds although outcomes are left', async () => {
    const { client } = playTasks(() => completesAfter(0));
    const controller = new AbortController();
    const outcomes = client().waitForAll(['a', 'b', 'c'], { signal: controller.signal });
    await outcomes.next();
    await vi.runAllTimersAsync();
    controller.abort(new Error('enough'));
    await expect(outcomes.next()).rejects.toThrow('enough');
    await expect(outcomes.next()).resolves.toEqual({ done: true, value: undefined });
  });

  it('by abort holds while the reader was busy, and nothing has come in since', async () => {
    for (const open of [['a', 'b'], ['a']]) {
      const { client } = playTasks((id) => (id === 'a' ? completesAfter(0) : never()));
      const { ids, send, closed } = sender();
      const controller = new AbortController();
      const outcomes = client().waitForAll(ids, { ...exact, signal: controller.signal });
      const first = outcomes.next();
      for (const id of open) await send(id);
      await expect(first).resolves.toMatchObject({ value: { id: 'a' } });
      controller.abort(new Error('enough'));
      await expect(outcomes.next()).rejects.toThrow('enough');
      expect(closed).toHaveBeenCalledOnce();
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it('while an id is on its way closes the input once', async () => {
    const { client } = playTasks(never);
    let deliver = (_: IteratorResult<string, undefined>) => {};
    const close = vi.fn(async () => ({ done: true as const, value: undefined }));
    const ids: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise((resolve) => (deliver = resolve)),
        return: close,
      }),
    };
    const outcomes = client().waitForAll(ids, exact);
    void outcomes.next();
    await outcomes.return();
    deliver({ done: false, value: 'late' });
    await vi.advanceTimersByTimeAsync(0);
    expect(close).toHaveBeenCalledOnce();
  });

  it('out of the input itself closes that too', async () => {
    const { client, polls } = playTasks(never);
    const controller = new AbortController();
    const finished = vi.fn();
    function* ids() {
      try {
        yield 'a';
        controller.abort(new Error('enough'));
        yield 'b';
      } finally {
        finished();
      }
    }
    const outcomes = client().waitForAll(ids(), { ...exact, signal: controller.signal });
    await expect(outcomes.next()).rejects.toThrow('enough');
    await vi.advanceTimersByTimeAsync(0);
    expect(finished).toHaveBeenCalledOnce();
    expect(polls.map(({ id }) => id)).not.toContain('b');
  });

  it.each(['abort', 'return'])('by %s while the input is opened closes it', async (how) => {
    const { client, polls } = playTasks(() => completesAfter(0));
    const controller = new AbortController();
    const closed = vi.fn(() => ({ done: true as const, value: undefined }));
    const ids: Iterable<string> = {
      [Symbol.iterator]() {
        if (how === 'abort') controller.abort('enough');
        else void outcomes.return();
        return { next: () => ({ done: false, value: 'a' }), return: closed };
      },
    };
    const outcomes = client().waitForAll(ids, { signal: controller.signal });
    const first = await outcomes.next().catch((reason: unknown) => reason);
    expect(first).toEqual(how === 'abort' ? 'enough' : { done: true, value: undefined });
    expect(closed).toHaveBeenCalledOnce();
    expect(polls).toEqual([]);
  });

  it('before the start touches nothing', async () => {
    const { client } = playTasks(never);
    const ids = { [Symbol.iterator]: vi.fn() };
    const outcomes = client().waitForAll(ids, { signal: AbortSignal.abort(new Error('enough')) });
    await expect(outcomes.next()).rejects.toThrow('enough');
    expect(ids[Symbol.iterator]).not.toHaveBeenCalled();
  });

  it('does not close an input that has ended by itself', async () => {
    const { client } = playTasks(never);
    const close = vi.fn();
    const names = ['a'];
    const ids = {
      [Symbol.iterator]: () => ({
        next: () => ({ done: names.length === 0, value: names.pop() as string }),
        return: close,
      }),
    };
    const outcomes = client().waitForAll(ids, exact);
    void outcomes.next();
    await vi.advanceTimersByTimeAsync(500);
    await outcomes.return();
    expect(close).not.toHaveBeenCalled();
  });
});

describe('callbacks', () => {
  it('hear of every poll of every task, as in a single wait', async () => {
    const onUpdate = vi.fn();
    const onPollError = vi.fn();
    const { client } = playTasks((id) =>
      id === 'shaky'
        ? (age) => (age < 500 ? new Response('', { status: 500 }) : completesAfter(0)(age, id))
        : completesAfter(1_000),
    );
    await settle(client({ maxRetries: 0 }), ['steady', 'shaky'], { ...exact, onUpdate, onPollError });
    expect(onUpdate.mock.calls.map(([{ id, status }]) => `${id} ${status}`)).toEqual([
      'steady processing',
      'steady completed',
      'shaky completed',
    ]);
    expect(onPollError).toHaveBeenCalledExactlyOnceWith({
      id: 'shaky',
      polls: 1,
      elapsed: 0,
      nextPollIn: 1_000,
      deadlineIn: 1_800_000,
      error: expect.objectContaining({ name: 'ApiError', taskId: 'shaky' }),
      failures: 1,
    });
  });

  it('end with an error only the wait that they were called for', async () => {
    const error = new Error('from the callback');
    const onUpdate = vi.fn(async ({ id }) => {
      if (id === 'a') throw error;
    });
    const { client } = playTasks(() => completesAfter(1_000));
    expect(await settle(client(), ['a', 'b'], { ...exact, onUpdate })).toMatchObject([
      { id: 'a', status: 'rejected', reason: error },
      { id: 'b', status: 'fulfilled' },
    ]);
  });
});
