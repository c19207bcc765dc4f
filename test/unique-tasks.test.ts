import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { UniqueTasks } from '../src/polling/unique-tasks.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a duplicate is dropped until its task is deleted', () => {
  const tasks = new UniqueTasks();
  expect([tasks.add('a'), tasks.add('b'), tasks.add('a'), tasks.size]).toEqual([true, true, false, 2]);
  tasks.setTimer(
    'a',
    setTimeout(() => {}, 1_000),
  );
  expect(tasks.add('a')).toBe(false);
  tasks.delete('a');
  expect([tasks.size, tasks.add('a')]).toEqual([1, true]);
});

it('all timers can be stopped at once', () => {
  const tasks = new UniqueTasks();
  for (const id of ['a', 'b', 'c']) {
    tasks.add(id);
    tasks.setTimer(
      id,
      setTimeout(() => {}, 1_000),
    );
  }
  tasks.stopTimers();
  expect(vi.getTimerCount()).toBe(0);
});
