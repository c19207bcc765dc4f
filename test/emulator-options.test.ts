import { createVideosEmulator } from 'videos-client/testing';
import { expect, it } from 'vitest';

// biome-ignore lint/suspicious/noExplicitAny: what TypeScript would refuse is what is tested.
const wrong = (value: unknown): any => value;

it.each([
  [{ apiKey: '' }, 'Invalid option apiKey: "". Expected a string, or null for any key.'],
  [
    { baseUrl: 'ftp://x' },
    'Invalid option baseUrl: "ftp://x". Expected an http(s) URL without user, query and fragment.',
  ],
  [{ onUnknownId: 1 }, 'Invalid option onUnknownId: 1. Expected a function.'],
  [{ random: 0.5 }, 'Invalid option random: 0.5. Expected a function.'],
  [null, 'Invalid options: null. Expected an object.'],
  [{ apikey: 'k' }, 'Invalid option apikey (a string): unknown option; did you mean apiKey?'],
])(
  'a wrong option of the emulator, %j, is refused with a message that says what is allowed',
  (options, message) => {
    expect(() => createVideosEmulator(wrong(options))).toThrow(new TypeError(message));
  },
);

it.each([
  [null, TypeError, 'Invalid options: null. Expected an object.'],
  [{ id: ' ' }, TypeError, 'Invalid task id: " " is'],
  [{ id: '..' }, TypeError, 'Invalid task id: ".." is'],
  [{ id: '\ud800' }, TypeError, 'Invalid task id: '],
  [{ id: 7 }, TypeError, 'Invalid task id: 7 is'],
  [{ model: 7 }, TypeError, 'Invalid option model: 7. Expected a string.'],
  [{ created: 1.5 }, RangeError, 'Invalid option created: 1.5. Expected Unix time in whole seconds.'],
  [
    { outcome: 'done' },
    TypeError,
    'Invalid option outcome: "done". Expected "completed" or "failed" or "cancelled".',
  ],
  [{ error: 'why' }, TypeError, 'Invalid option error: "why". Expected none for a task that completes.'],
  [
    { outcome: 'failed', video: new Uint8Array() },
    TypeError,
    'Expected none for a task that does not complete.',
  ],
  [
    { outcome: 'cancelled', urlAfter: { ms: 1 } },
    TypeError,
    'Expected none for a task that does not complete.',
  ],
  [{ envelope: '' }, TypeError, 'Invalid option envelope: "". Expected a code such as 0 or "success".'],
  [{ transform: {} }, TypeError, 'Invalid option transform: {}. Expected a function.'],
  [
    { outcom: 'failed' },
    TypeError,
    'Invalid option outcom (a string): unknown option; did you mean outcome?',
  ],
  [{ after: { looks: 3 } }, TypeError, 'Invalid option after.looks (3): unknown option; did you mean polls?'],
  [
    { urlAfter: { poll: 3 } },
    TypeError,
    'Invalid option urlAfter.poll (3): unknown option; did you mean polls?',
  ],
  [{ video: 'bytes' }, TypeError, "Expected the file's bytes, a Uint8Array"],
  [{ actualDuration: -1 }, RangeError, 'Invalid option actualDuration: -1. Expected seconds: 0 or more.'],
  [{ after: 3 }, TypeError, 'Invalid option after: 3. Expected an object.'],
  [{ after: {} }, TypeError, 'Expected { polls } or { ms }.'],
  [{ after: { polls: 1, ms: 1 } }, TypeError, 'Expected { polls } or { ms }.'],
  [{ after: { polls: 0 } }, RangeError, 'Invalid option after.polls: 0. Expected a whole number, 1 or more'],
  [{ after: { polls: 1.5 } }, RangeError, 'Invalid option after.polls: 1.5.'],
  [{ after: { ms: -1 } }, RangeError, 'Invalid option after.ms: -1. Expected milliseconds: 0 or more'],
  [{ after: { ms: '5' } }, TypeError, 'Invalid option after.ms: "5".'],
  [{ after: { ms: Number.NaN } }, RangeError, 'Invalid option after.ms: NaN.'],
])(
  'a wrong option of a task, %j, is refused with a message that says what is allowed',
  (options, kind, message) => {
    const add = () => createVideosEmulator().addTask(wrong(options));
    expect(add).toThrow(kind);
    expect(add).toThrow(message);
  },
);
