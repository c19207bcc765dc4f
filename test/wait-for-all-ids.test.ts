import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { completesAfter, playTasks } from './helpers/fetch-service.ts';
import { exact, type Ids, idSender, idsOf, settle } from './helpers/many.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Lets everything run that is due. */
const nextTurn = () => new Promise<void>((resolve) => void setTimeout(resolve));

/** Whether a count stays what it is while the event loop turns. */
async function expectNoMore(count: () => number): Promise<void> {
  let before: number;
  do {
    before = count();
    for (let turn = 0; turn < 20; turn++) await nextTurn();
  } while (count() > before && count() < 200_000);
  expect(count()).toBe(before);
}

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
it.each(kinds)('the ids may come from %s', async (_, ids) => {
  expect(idsOf(await settle(client(), ids()))).toEqual(names);
});

it.each(['video_1', 7, null, undefined, {}])('the ids may not come from %j', async (ids) => {
  const { client, polls } = playTasks(() => completesAfter(0));
  const outcomes = client().waitForAll(ids as never);
  await expect(outcomes.next()).rejects.toThrow(/^Invalid ids: .*Expected an iterable/);
  await expect(outcomes.next()).resolves.toEqual({ done: true, value: undefined });
  expect(polls).toEqual([]);
});

it('the ids are not touched if an option is wrong', async () => {
  const ids = { [Symbol.iterator]: vi.fn() };
  await expect(client().waitForAll(ids, { factor: 0 }).next()).rejects.toThrow(RangeError);
  expect(ids[Symbol.iterator]).not.toHaveBeenCalled();
});

it('the ids are not touched before the first outcome is requested', async () => {
  const ids = { [Symbol.iterator]: vi.fn() };
  const outcomes = client().waitForAll(ids);
  await vi.runAllTimersAsync();
  await outcomes.return();
  expect(ids[Symbol.iterator]).not.toHaveBeenCalled();
});

it('the ids are read as they come, and their outcomes do not wait for the next id', async () => {
  const { client, polls } = playTasks(() => completesAfter(0));
  const { ids, send } = idSender();
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

it('the ids may be endless: a hundred thousand tasks are held at a time, and the process stays responsive', async () => {
  // Fake timers search all of theirs for each that is due.
  vi.useRealTimers();
  const { client } = playTasks(() => completesAfter(0));
  let read = 0;
  function* ids() {
    for (;;) yield `task-${read++}`;
  }
  const outcomes = client().waitForAll(ids(), { minInterval: 3_600_000 });
  await outcomes.next();
  await nextTurn();
  expect(read).toBeLessThan(1_000);
  while (read < 100_000) await nextTurn();
  await expectNoMore(() => read);
  const held = read;
  expect(held).toBeLessThan(100_500);
  for (let count = 0; count < 15; count++) await outcomes.next();
  await expectNoMore(() => read);
  expect(read).toBeGreaterThan(held);
  expect(read).toBeLessThan(held + 20);
  await outcomes.return();
});

it('the ids may be endless, and their outcomes read slowly: those count as held until they are yielded', async () => {
  vi.useRealTimers();
  const { client } = playTasks(() => completesAfter(0));
  let read = 0;
  function* ids() {
    for (;;) yield `no id: \ud800 ${read++}`;
  }
  const outcomes = client().waitForAll(ids());
  await outcomes.next();
  while (read < 100_001) await nextTurn();
  await expectNoMore(() => read);
  expect(read).toBe(100_001);
  for (let count = 0; count < 9; count++) await outcomes.next();
  while (read < 100_010) await nextTurn();
  await expectNoMore(() => read);
  expect(read).toBe(100_010);
  await outcomes.return();
});

it('an error of the ids ends every wait, after the outcomes that have arrived', async () => {
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

it('ids whose iterator returns no objects are refused, instead of being read forever', async () => {
  const { client } = playTasks(() => completesAfter(0));
  const next = vi.fn<() => never>(() => 5 as never);
  const outcomes = client().waitForAll({ [Symbol.iterator]: () => ({ next }) }, exact);
  await expect(outcomes.next()).rejects.toThrow(new TypeError('Iterator result is not an object.'));
  expect(next).toHaveBeenCalledTimes(1);
});

it('no outcome that arrived before an error of the ids is lost', async () => {
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
