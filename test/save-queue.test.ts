import { buildVideo } from 'videos-client/testing';
import { expect, it, vi } from 'vitest';
import { SaveQueue } from '../src/node/save-queue.ts';

const completed = buildVideo({ status: 'completed' });

/** Saves that end when they are told to. */
function controlled(concurrency: number) {
  const started: string[] = [];
  const finish = new Map<string, () => void>();
  const stop = new AbortController();
  const queue = new SaveQueue(concurrency, stop.signal, (id) => {
    started.push(id);
    return new Promise<void>((resolve) => finish.set(id, resolve));
  });
  return { queue, started, stop, finish: (id: string) => finish.get(id)?.() };
}

it('as many saves run as are allowed, and the next starts when one ends', async () => {
  const { queue, started, finish } = controlled(2);
  for (const id of ['a', 'b', 'c', 'd']) queue.add(id, completed);
  expect(started).toEqual(['a', 'b']);
  finish('b');
  await vi.waitFor(() => expect(started).toEqual(['a', 'b', 'c']));
  finish('a');
  await vi.waitFor(() => expect(started).toEqual(['a', 'b', 'c', 'd']));
});

it('a queue is idle once all that were added have been saved', async () => {
  const { queue, started, finish } = controlled(1);
  queue.add('a', completed);
  queue.add('b', completed);
  let isIdle = false;
  const idle = queue.idle().then(() => (isIdle = true));
  finish('a');
  await vi.waitFor(() => expect(started).toEqual(['a', 'b']));
  expect(isIdle).toBe(false);
  finish('b');
  await idle;
});

it('after an abort nothing is started, and the queue is idle once the running saves have ended', async () => {
  const { queue, started, stop, finish } = controlled(1);
  queue.add('a', completed);
  queue.add('b', completed);
  stop.abort();
  finish('a');
  await queue.idle();
  queue.add('c', completed);
  expect(started).toEqual(['a']);
});
