import { createVideosEmulator } from 'videos-client/testing';
import { describe, expect, it } from 'vitest';

describe('a wrong option of the emulator', () => {
  // biome-ignore lint/suspicious/noExplicitAny: what TypeScript would refuse is what is tested.
  const wrong = (value: unknown): any => value;

  it.each([
    [{ apiKey: '' }, 'Invalid option apiKey: "". Expected a string, or null to accept any key.'],
    [{ baseUrl: 'ftp://x' }, 'Invalid option baseUrl: "ftp://x". Expected an http or https URL.'],
    [{ onUnknownId: 1 }, 'Invalid option onUnknownId: 1. Expected a function.'],
    [{ random: 0.5 }, 'Invalid option random: 0.5. Expected a function.'],
    [null, 'Invalid option options: null. Expected an object.'],
  ])('%j is refused with what is allowed', (options, message) => {
    expect(() => createVideosEmulator(wrong(options))).toThrow(new TypeError(message));
  });

  it.each([
    [{ id: ' ' }, TypeError, 'Invalid option id: " ".'],
    [{ id: '..' }, TypeError, 'Invalid option id: "..".'],
    [{ id: '\ud800' }, TypeError, 'no lone surrogate'],
    [{ id: 7 }, TypeError, 'Invalid option id: 7.'],
    [{ model: 7 }, TypeError, 'Invalid option model: 7. Expected a string.'],
    [{ created: 1.5 }, RangeError, 'Invalid option created: 1.5. Expected Unix time in whole seconds.'],
    [{ outcome: 'done' }, TypeError, "Invalid option outcome: \"done\". Expected 'completed' or 'failed'."],
    [{ error: 'why' }, TypeError, "Expected none, unless outcome is 'failed'."],
    [{ outcome: 'failed', video: new Uint8Array() }, TypeError, 'of a task that completes'],
    [{ video: 'bytes' }, TypeError, "Expected the file's bytes, a Uint8Array"],
    [{ actualDuration: -1 }, RangeError, 'Invalid option actualDuration: -1. Expected seconds: 0 or more.'],
    [{ after: 3 }, TypeError, 'Invalid option after: 3. Expected { polls } or { ms }.'],
    [{ after: {} }, TypeError, 'Expected { polls } or { ms }.'],
    [{ after: { polls: 1, ms: 1 } }, TypeError, 'Expected { polls } or { ms }.'],
    [
      { after: { polls: 0 } },
      RangeError,
      'Invalid option after.polls: 0. Expected a whole number, 1 or more',
    ],
    [{ after: { polls: 1.5 } }, RangeError, 'Invalid option after.polls: 1.5.'],
    [{ after: { ms: -1 } }, RangeError, 'Invalid option after.ms: -1. Expected milliseconds: 0 or more'],
    [{ after: { ms: '5' } }, TypeError, 'Invalid option after.ms: "5".'],
    [{ after: { ms: Number.NaN } }, RangeError, 'Invalid option after.ms: NaN.'],
  ])('of a task, %j, is refused with what is allowed', (options, kind, message) => {
    const add = () => createVideosEmulator().addTask(wrong(options));
    expect(add).toThrow(kind);
    expect(add).toThrow(message);
  });
});
