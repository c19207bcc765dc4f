import { expect, it } from 'vitest';
import { OutcomeQueue } from '../src/node/outcome-queue.ts';
import { failureOf } from './helpers/failure-of.ts';

it('a queue yields what was pushed, in that order, before and after it is read', async () => {
  const queue = new OutcomeQueue<number>();
  queue.push(1);
  const iterator = queue[Symbol.asyncIterator]();
  expect(await iterator.next()).toEqual({ done: false, value: 1 });
  const second = iterator.next();
  queue.push(2);
  queue.push(3);
  expect([await second, await iterator.next()]).toMatchObject([{ value: 2 }, { value: 3 }]);
});

it('a queue that has ended yields the rest, and takes nothing more', async () => {
  const queue = new OutcomeQueue<number>();
  queue.push(1);
  queue.end();
  queue.push(2);
  queue.end(new Error('too late'));
  const items: number[] = [];
  for await (const item of queue) items.push(item);
  expect(items).toEqual([1]);
});

it('a queue that ends wakes its reader', async () => {
  const queue = new OutcomeQueue<number>();
  const next = queue[Symbol.asyncIterator]().next();
  queue.end();
  expect(await next).toEqual({ done: true, value: undefined });
});

it.each([new Error('stop'), undefined])(
  'a queue that ends with the error %j throws it before the rest',
  async (error) => {
    const queue = new OutcomeQueue<number>();
    queue.push(1);
    queue.end(error);
    expect(await failureOf(queue[Symbol.asyncIterator]().next())).toBe(error);
  },
);
