import { inspect } from 'node:util';
import {
  type GetResultOptions,
  pollIntervals,
  VideosClient,
  type VideosClientOptions,
  type WaitOptions,
  waitForCompletion,
} from 'videos-client';
import { expect, it } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { play } from './helpers/fetch-service.ts';
import { completed, ID } from './helpers/task.ts';

const functions = { onUpdate: 'a function', onPollError: 'a function' };
const milliseconds = 'milliseconds: a finite number, 0 or more';
const upToATimer = 'milliseconds, from 1 to 2147483647';
const request = {
  timeout: [upToATimer, [0, -1, 0.5, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY]],
  maxRetries: ['a whole number, 0 or more', [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]],
} as const;
const intervals = {
  minInterval: [milliseconds, [-1, Number.NaN, Number.POSITIVE_INFINITY]],
  maxInterval: [milliseconds, [-1, Number.NaN, Number.POSITIVE_INFINITY]],
  factor: ['a finite number, 1 or more', [0, 0.99, -2, Number.NaN, Number.POSITIVE_INFINITY]],
} as const;
const wait = {
  ...intervals,
  maxWait: ['milliseconds: 0 or more, or Infinity', [-1, Number.NaN, Number.NEGATIVE_INFINITY]],
  maxFailures: ['a whole number, 1 or more, or Infinity', [0, -1, 1.5, Number.NaN]],
} as const;
const client = {
  ...request,
  maxConcurrency: ['a whole number, 1 or more, or Infinity', [0, -1, 1.5, Number.NaN]],
} as const;

type Numbers = Record<string, readonly [allowed: string, outOfRange: readonly number[]]>;
type Types = Record<string, string>;
const wrongNumbers: [unknown, string][] = [
  ['30000', '"30000"'],
  [null, 'null'],
  [true, 'true'],
  [{}, '{}'],
  [5n, '"5n"'],
];

/** Every wrong value of every option, with the error that it must be. */
function* wrongOptions(numbers: Numbers, types: Types, prefix = '') {
  const message = (name: string, shown: string, allowed: string) =>
    `Invalid option ${prefix}${name}: ${shown}. Expected ${allowed}.`;
  for (const [name, [allowed, outOfRange]] of Object.entries(numbers)) {
    for (const value of outOfRange) {
      yield { name, value, error: new RangeError(message(name, String(value), allowed)) };
    }
    for (const [value, shown] of wrongNumbers) {
      yield { name, value, error: new TypeError(message(name, shown.replace('"5n"', '5n'), allowed)) };
    }
  }
  for (const [name, allowed] of Object.entries(types)) {
    for (const value of [null, 'yes', 1]) {
      yield {
        name,
        value,
        error: new TypeError(message(name, inspect(value).replaceAll("'", '"'), allowed)),
      };
    }
  }
}
const signal = { signal: 'an AbortSignal' };
const jitter = { jitter: 'true or false' };

const types = {
  fetch: 'a WHATWG fetch function',
  onAttempt: 'a function',
  allowPrivateFiles: 'true or false',
  dangerouslyAllowBrowser: 'true or false',
};
it.each([...wrongOptions(client, types)])('the client refuses $name: $value', ({ name, value, error }) => {
  expect(() => new VideosClient({ apiKey: 'test-key', [name]: value })).toThrow(error);
});

const polling = [...wrongOptions(wait, { ...functions, ...signal, ...jitter }, 'polling.')];
it.each(polling)('the client refuses polling.$name: $value', ({ name, value, error }) => {
  expect(() => new VideosClient({ apiKey: 'test-key', polling: { [name]: value } })).toThrow(error);
});

it.each([null, 5, 'fast', []])('the client refuses polling: %j', (polling) => {
  expect(() => new VideosClient({ apiKey: 'test-key', polling: polling as never })).toThrow(
    new TypeError(`Invalid option polling: ${JSON.stringify(polling)}. Expected an object.`),
  );
});

it.each([null, 5])('the client refuses %j in place of its options', (options) => {
  expect(() => new VideosClient(options as never)).toThrow(
    new TypeError(`Invalid options: ${JSON.stringify(options)}. Expected an object.`),
  );
});

it('the client refuses a key in place of its options, and does not show it', () => {
  expect(() => new VideosClient('test-key' as never)).toThrow(
    new TypeError('Invalid options: a string. Expected an object, such as { apiKey }.'),
  );
});

it('polling is checked, under its own name, also of an object in the place of a client', async () => {
  const getResult = () => Promise.reject(new Error('requested'));
  for (const polling of [{ minInterval: -1 }, { minInterval: 2, maxInterval: 1 }]) {
    const wait = waitForCompletion({ getResult, polling }, ID);
    await expect(wait).rejects.toThrow(/^Invalid option polling\.minInterval: /);
  }
});

it('every option is accepted at the edge of its range', () => {
  const infinity = Number.POSITIVE_INFINITY;
  const polling = { minInterval: 0, maxInterval: 0, factor: 1, maxWait: infinity, maxFailures: infinity };
  const edges: VideosClientOptions[] = [
    { timeout: 1, maxRetries: 0, maxConcurrency: 1, polling: { maxWait: 0, maxFailures: 1 } },
    { timeout: 2 ** 31 - 1, maxConcurrency: infinity, polling },
  ];
  for (const options of edges) expect(() => new VideosClient({ apiKey: 'k', ...options })).not.toThrow();
});

it('a client keeps the polling that it was made with, even if the object changes later', () => {
  const polling = { minInterval: 5_000 };
  const client = new VideosClient({ apiKey: 'test-key', polling });
  polling.minInterval = 1;
  expect(client.polling).toEqual({ minInterval: 5_000 });
  expect(Object.isFrozen(client.polling)).toBe(true);
});

it('an option that is undefined counts as absent', async () => {
  const { client } = play(completed);
  const names = [...Object.keys(request), 'maxConcurrency', 'headers', 'baseUrl', 'polling'];
  const nothing = Object.fromEntries(names.map((name) => [name, undefined]));
  expect(await client(nothing).getResult(ID)).toEqual(completed);
});

it.each([...wrongOptions(request, signal)])(
  'getResult refuses $name: $value before anything is sent',
  async ({ name, value, error }) => {
    const { client, requests } = play(completed);
    const options = { [name]: value } as GetResultOptions;
    expect(await failureOf(client().getResult(ID, options))).toEqual(error);
    expect(requests).toEqual([]);
  },
);

const ofWait = [...wrongOptions(wait, { ...functions, ...signal, ...jitter })];
it.each(ofWait)(
  'waitForCompletion refuses $name: $value before anything is sent',
  async ({ name, value, error }) => {
    const { client, requests } = play(completed);
    const options = { [name]: value } as WaitOptions;
    expect(await failureOf(client().waitForCompletion(ID, options))).toEqual(error);
    expect(requests).toEqual([]);
  },
);

const { onUpdate: _, ...ofWatch } = { ...functions, ...signal, ...jitter };
it.each([...wrongOptions(wait, ofWatch)])(
  'watch refuses $name: $value before anything is sent',
  async ({ name, value, error }) => {
    const { client, requests } = play(completed);
    expect(
      await failureOf(
        client()
          .watch(ID, { [name]: value })
          .next(),
      ),
    ).toEqual(error);
    expect(requests).toEqual([]);
  },
);

const random = { random: 'a function that returns a number from 0 to 1' };
it.each([...wrongOptions(intervals, { ...jitter, ...random })])(
  'pollIntervals refuses $name: $value',
  ({ name, value, error }) => {
    expect(() => pollIntervals({ [name]: value }).next()).toThrow(error);
  },
);

it('pollIntervals refuses bounds that cross', () => {
  expect(() => pollIntervals({ minInterval: 2, maxInterval: 1 }).next()).toThrow(
    new RangeError('Invalid option minInterval: 2. Expected at most maxInterval, 1.'),
  );
});

it.each([null, 5, 'fast'])('every call refuses %j in place of its options', async (options) => {
  const { client, requests } = play(completed);
  const error = new TypeError(`Invalid options: ${JSON.stringify(options)}. Expected an object.`);
  expect(await failureOf(client().getResult(ID, options as never))).toEqual(error);
  expect(await failureOf(client().waitForCompletion(ID, options as never))).toEqual(error);
  expect(
    await failureOf(
      client()
        .watch(ID, options as never)
        .next(),
    ),
  ).toEqual(error);
  expect(() => pollIntervals(options as never).next()).toThrow(error);
  expect(requests).toEqual([]);
});

it('a signal that cannot be listened to is refused', async () => {
  const signal = { aborted: false, addEventListener() {} };
  const { client } = play(completed);
  await expect(client().getResult(ID, { signal: signal as never })).rejects.toThrow(
    /^Invalid option signal: .* Expected an AbortSignal\.$/,
  );
});

it('a signal of another realm or of a polyfill, without throwIfAborted, aborts with its reason', async () => {
  const { aborted, reason } = AbortSignal.abort('stop');
  const foreign = { aborted, reason, addEventListener() {}, removeEventListener() {} };
  const { client } = play(completed);
  const signal = foreign as unknown as AbortSignal;
  for (const call of [
    client().getResult(ID, { signal }),
    client().waitForCompletion(ID, { signal }),
    client().watch(ID, { signal }).next(),
    client().waitForAll([ID], { signal }).next(),
    client().download(ID, { signal }),
  ]) {
    expect(await failureOf(call)).toBe('stop');
  }
});

it('a signal of an old polyfill, without a reason, aborts with an AbortError', async () => {
  const signal = {
    aborted: true,
    addEventListener() {},
    removeEventListener() {},
  } as unknown as AbortSignal;
  const { client } = play(completed);
  expect(await failureOf(client().getResult(ID, { signal }))).toMatchObject({ name: 'AbortError' });
});
