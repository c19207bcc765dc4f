import { expect, it } from 'vitest';
import { errorEnvelope, openEnvelope } from '../src/internal/envelope.ts';

const task = { id: 'video_1', status: 'queued' };

it.each([
  { data: task },
  ...[0, '0', 200, '200', 'success', 'OK', null, ''].map((code) => ({ code, data: task })),
])('a task is taken out of the envelope %j', (envelope) => {
  expect(openEnvelope(envelope)).toBe(task);
  expect(errorEnvelope(envelope)).toBeNull();
});

it.each([
  task,
  { ...task, data: { id: 'other' } },
  { code: 0, data: [task] },
  { code: 500, data: task },
  [task],
  null,
  'text',
])('this is left as it is: %j', (value) => {
  expect(openEnvelope(value)).toBe(value);
});

it.each([500, '204', 1, 'error'])('an envelope with the code %j reports an error', (code) => {
  expect(errorEnvelope({ code, msg: 'no' })).toEqual({ code, msg: 'no' });
});

it.each([{ ...task, code: 500 }, { code: true }, { code: {} }, { msg: 'no' }, [500], null])(
  'this reports no error: %j',
  (value) => {
    expect(errorEnvelope(value)).toBeNull();
  },
);
