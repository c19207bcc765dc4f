import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { completesAfter, playTasks } from './helpers/fetch-service.ts';
import { exact, idSender, never } from './helpers/many.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('stopping by break closes the input, and leaves no poll and no timer behind', async () => {
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

it('stopping by return() ends a pending next() at once, while the input never settles', async () => {
  const { client, polls } = playTasks(never);
  const { ids, send, closed } = idSender();
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

it('stopping by abort, in a pause, in a poll and between two outcomes, is at once and with the reason', async () => {
  const reason = new Error('enough');
  for (const [latency, time] of [
    [0, 500],
    [400, 200],
    [400, 1_600],
  ] as const) {
    const { client, polls } = playTasks(never, { latency });
    const { ids, send, closed } = idSender();
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

it('stopping by abort holds although outcomes are left', async () => {
  const { client } = playTasks(() => completesAfter(0));
  const controller = new AbortController();
  const outcomes = client().waitForAll(['a', 'b', 'c'], { signal: controller.signal });
  await outcomes.next();
  await vi.runAllTimersAsync();
  controller.abort(new Error('enough'));
  await expect(outcomes.next()).rejects.toThrow('enough');
  await expect(outcomes.next()).resolves.toEqual({ done: true, value: undefined });
});

it('stopping by abort holds while the reader was busy, and nothing has arrived since', async () => {
  for (const open of [['a', 'b'], ['a']]) {
    const { client } = playTasks((id) => (id === 'a' ? completesAfter(0) : never()));
    const { ids, send, closed } = idSender();
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

it('stopping while an id is on its way closes the input once', async () => {
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

it('stopping by the input itself closes that, too', async () => {
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

it.each(['abort', 'return'])('stopping by %s while the input is opened closes it', async (how) => {
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

it('stopping before the start touches nothing', async () => {
  const { client } = playTasks(never);
  const ids = { [Symbol.iterator]: vi.fn() };
  const outcomes = client().waitForAll(ids, { signal: AbortSignal.abort(new Error('enough')) });
  await expect(outcomes.next()).rejects.toThrow('enough');
  expect(ids[Symbol.iterator]).not.toHaveBeenCalled();
});

it('stopping does not close an input that has ended by itself', async () => {
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
