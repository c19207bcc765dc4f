import { pollIntervals, VideosClient, waitForCompletion } from 'videos-client';
import { saveVideo } from 'videos-client/node';
import { createVideosProxy } from 'videos-client/proxy';
import { createVideosEmulator } from 'videos-client/testing';
import { expect, it } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { play } from './helpers/fetch-service.ts';
import { completed, ID } from './helpers/task.ts';

const { client, requests } = play(completed);
const videos = client();
const emulator = createVideosEmulator();
const construct = (options: object) => async () => new VideosClient({ apiKey: 'test-key', ...options });
const proxy = (options: object) => async () =>
  createVideosProxy({ apiKey: 'test-key', authorize: () => true, ...options });

/** What is called, the name as a message shows it, the value as it shows it, the name that was meant. */
const suggestions: [string, () => Promise<unknown>, name: string, value: string, meant: string][] = [
  ['the client', construct({ maxRetry: 3 }), 'maxRetry', '3', 'maxRetries'],
  ['the client', construct({ retries: 3 }), 'retries', '3', 'maxRetries'],
  ['the client', construct({ max_retries: 3 }), 'max_retries', '3', 'maxRetries'],
  ['the client', construct({ baseURL: new URL('https://a.b') }), 'baseURL', '"[12 characters]"', 'baseUrl'],
  ['the client', construct({ timeOut: 5 }), 'timeOut', '5', 'timeout'],
  ['the client', construct({ key: 'sk-1' }), 'key', 'a string', 'apiKey'],
  ['the client', construct({ allowPrivateFile: true }), 'allowPrivateFile', 'true', 'allowPrivateFiles'],
  ['the client', construct({ onAtempt: () => {} }), 'onAtempt', 'function', 'onAttempt'],
  ['polling', construct({ polling: { maxwait: 5 } }), 'polling.maxwait', '5', 'maxWait'],
  ['getResult', () => videos.getResult(ID, { retries: 0 } as never), 'retries', '0', 'maxRetries'],
  [
    'waitForCompletion',
    () => videos.waitForCompletion(ID, { interval: 1 } as never),
    'interval',
    '1',
    'minInterval',
  ],
  [
    'the exported waitForCompletion',
    () => waitForCompletion(videos, ID, { onUpdated: 1 } as never),
    'onUpdated',
    '1',
    'onUpdate',
  ],
  [
    'the polling of what is in the place of a client',
    () => waitForCompletion({ getResult: async () => completed, polling: { jiter: 1 } } as never, ID),
    'polling.jiter',
    '1',
    'jitter',
  ],
  ['watch', () => videos.watch(ID, { maxFailure: 1 } as never).next(), 'maxFailure', '1', 'maxFailures'],
  ['waitForAll', () => videos.waitForAll([ID], { factr: 2 } as never).next(), 'factr', '2', 'factor'],
  ['pollIntervals', async () => pollIntervals({ rand: 1 } as never).next(), 'rand', '1', 'random'],
  ['download', () => videos.download(ID, { progress: 1 } as never), 'progress', '1', 'onProgress'],
  [
    'resumeFrom',
    () => videos.download(ID, { resumeFrom: { ofset: 5 } } as never),
    'resumeFrom.ofset',
    '5',
    'offset',
  ],
  ['saveVideo', () => saveVideo(videos, ID, 'a', { sginal: null } as never), 'sginal', 'null', 'signal'],
  [
    'saveVideo',
    () => saveVideo(videos, ID, 'a', { overwrite: true } as never),
    'overwrite',
    'true',
    'ifExists',
  ],
  ['the emulator', async () => createVideosEmulator({ key: 5 } as never), 'key', '5', 'apiKey'],
  ['listen', () => emulator.listen({ prot: 1 } as never), 'prot', '1', 'port'],
  ['a task', async () => emulator.addTask({ model_: 'x' } as never), 'model_', 'a string', 'model'],
  ['after', async () => emulator.addTask({ after: { looks: 3 } } as never), 'after.looks', '3', 'polls'],
  ['a fault', async () => emulator.fail({ with: 'reset', time: 2 } as never), 'time', '2', 'times'],
  ['with', async () => emulator.fail({ with: { statsu: 500 } } as never), 'with.statsu', '500', 'status'],
  ['the proxy', proxy({ origin: [] }), 'origin', '[]', 'origins'],
];
it.each(suggestions)('%s refuses an unknown option, and suggests the nearest: %s', async (...row) => {
  const [, call, name, value, meant] = row;
  expect(await failureOf(call())).toEqual(
    new TypeError(`Invalid option ${name} (${value}): unknown option; did you mean ${meant}?`),
  );
  expect(requests).toEqual([]);
});

it('an unknown option that is like no other is refused with a list of those there are', async () => {
  expect(await failureOf(videos.getResult(ID, { zzz: {} } as never))).toEqual(
    new TypeError('Invalid option zzz ({}): unknown option. Expected one of signal, timeout, maxRetries.'),
  );
});

it.each(['toString', 'constructor', 'hasOwnProperty'])(
  'the option %s is unknown, too, although every object has one',
  async (name) => {
    const error = await failureOf(construct({ [name]: 1 })());
    expect(error).toBeInstanceOf(TypeError);
    expect(String(error)).toContain(`Invalid option ${name} (1): unknown option`);
  },
);

it('an unknown option counts as absent if it is undefined, inherited, or not enumerable', async () => {
  const inherited = Object.create({ maxRetry: 3 });
  const hidden = Object.defineProperty({}, 'maxRetry', { value: 3 });
  for (const options of [{ maxRetry: undefined }, inherited, hidden]) {
    expect(await videos.getResult(ID, options)).toEqual(completed);
  }
});

it('a known option that is inherited is checked as any other', async () => {
  const options = Object.create({ maxRetries: -1 });
  expect(String(await failureOf(videos.getResult(ID, options)))).toContain('Invalid option maxRetries: -1');
});

it.each([
  ['a signal', new AbortController().signal],
  ['a promise', Promise.resolve({})],
  ['an array', []],
  ['a function', () => {}],
])('%s in place of the options is refused', async (_, options) => {
  await expect(videos.getResult(ID, options as never)).rejects.toThrow(
    /^Invalid options: .* Expected an object\.$/,
  );
});

it.each(['apikey', 'api_key', 'token', 'timeout', 'fetch', 'polling', 'onAttempt'])(
  'a key that was passed as %s by mistake is in no message',
  async (name) => {
    const key = 'sk-live-0123456789abcdef';
    for (const value of [key, { nested: [key] }]) {
      const error = await failureOf(construct({ [name]: value })());
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).not.toContain(key);
    }
  },
);
