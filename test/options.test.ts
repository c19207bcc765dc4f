import { inspect } from 'node:util';
import {
  type GetResultOptions,
  pollIntervals,
  VideosClient,
  type VideosClientOptions,
  type WaitOptions,
  waitForCompletion,
} from 'videos-client';
import { describe, expect, it } from 'vitest';
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
type Kinds = Record<string, string>;
const wrongNumbers: [unknown, string][] = [
  ['30000', '"30000"'],
  [null, 'null'],
  [true, 'true'],
  [{}, '{}'],
  [5n, '"5n"'],
];

/** Every wrong value of every option, with the error that it must be. */
function* wrongOptions(numbers: Numbers, kinds: Kinds, prefix = '') {
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
  for (const [name, allowed] of Object.entries(kinds)) {
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
const title = '$name: $value is refused, and nothing is sent';

describe('the options of the client', () => {
  const kinds = { fetch: 'a WHATWG fetch function', dangerouslyAllowBrowser: 'true or false' };
  it.each([...wrongOptions(client, kinds)])(title, ({ name, value, error }) => {
    expect(() => new VideosClient({ apiKey: 'test-key', [name]: value })).toThrow(error);
  });

  const polling = [...wrongOptions(wait, { ...functions, ...signal, ...jitter }, 'polling.')];
  it.each(polling)(`polling.${title}`, ({ name, value, error }) => {
    expect(() => new VideosClient({ apiKey: 'test-key', polling: { [name]: value } })).toThrow(error);
  });

  it.each([null, 5, 'fast'])('polling: %j is refused', (polling) => {
    expect(() => new VideosClient({ apiKey: 'test-key', polling: polling as never })).toThrow(
      new TypeError(`Invalid option polling: ${JSON.stringify(polling)}. Expected an object.`),
    );
  });

  it.each([null, 5])('%j in place of the options is refused', (options) => {
    expect(() => new VideosClient(options as never)).toThrow(
      new TypeError(`Invalid option options: ${JSON.stringify(options)}. Expected an object.`),
    );
  });

  it('a key in their place is refused, and not shown', () => {
    expect(() => new VideosClient('test-key' as never)).toThrow(
      new TypeError('Invalid option options: a string. Expected an object, such as { apiKey }.'),
    );
  });

  it('are checked, under their own name, also of what looks in the place of a client', async () => {
    const getResult = () => Promise.reject(new Error('asked'));
    for (const polling of [{ minInterval: -1 }, { minInterval: 2, maxInterval: 1 }]) {
      const wait = waitForCompletion({ getResult, polling }, ID);
      await expect(wait).rejects.toThrow(/^Invalid option polling\.minInterval: /);
    }
  });

  it('are all taken where they are at the edge of what is allowed', () => {
    const infinity = Number.POSITIVE_INFINITY;
    const polling = { minInterval: 0, maxInterval: 0, factor: 1, maxWait: infinity, maxFailures: infinity };
    const edges: VideosClientOptions[] = [
      { timeout: 1, maxRetries: 0, maxConcurrency: 1, polling: { maxWait: 0, maxFailures: 1 } },
      { timeout: 2 ** 31 - 1, maxConcurrency: infinity, polling },
    ];
    for (const options of edges) expect(() => new VideosClient({ apiKey: 'k', ...options })).not.toThrow();
  });

  it('are what they were when the client was made', () => {
    const polling = { minInterval: 5_000 };
    const client = new VideosClient({ apiKey: 'test-key', polling });
    polling.minInterval = 1;
    expect(client.polling).toEqual({ minInterval: 5_000 });
    expect(Object.isFrozen(client.polling)).toBe(true);
  });

  it('count as not given where they are undefined', async () => {
    const { client } = play(completed);
    const names = [...Object.keys(request), 'maxConcurrency', 'headers', 'baseUrl', 'polling'];
    const nothing = Object.fromEntries(names.map((name) => [name, undefined]));
    expect(await client(nothing).getResult(ID)).toEqual(completed);
  });
});

describe('the options of a call', () => {
  it.each([...wrongOptions(request, signal)])(`getResult, ${title}`, async ({ name, value, error }) => {
    const { client, requests } = play(completed);
    const options = { [name]: value } as GetResultOptions;
    expect(await failureOf(client().getResult(ID, options))).toEqual(error);
    expect(requests).toEqual([]);
  });

  const ofWait = [...wrongOptions(wait, { ...functions, ...signal, ...jitter })];
  it.each(ofWait)(`waitForCompletion, ${title}`, async ({ name, value, error }) => {
    const { client, requests } = play(completed);
    const options = { [name]: value } as WaitOptions;
    expect(await failureOf(client().waitForCompletion(ID, options))).toEqual(error);
    expect(requests).toEqual([]);
  });

  const { onUpdate: _, ...ofWatch } = { ...functions, ...signal, ...jitter };
  it.each([...wrongOptions(wait, ofWatch)])(`watch, ${title}`, async ({ name, value, error }) => {
    const { client, requests } = play(completed);
    expect(
      await failureOf(
        client()
          .watch(ID, { [name]: value })
          .next(),
      ),
    ).toEqual(error);
    expect(requests).toEqual([]);
  });

  const random = { random: 'a function that returns a number from 0 to 1' };
  it.each([...wrongOptions(intervals, { ...jitter, ...random })])(
    'pollIntervals, $name: $value is refused',
    ({ name, value, error }) => {
      expect(() => pollIntervals({ [name]: value }).next()).toThrow(error);
    },
  );

  it('pollIntervals refuses bounds that cross', () => {
    expect(() => pollIntervals({ minInterval: 2, maxInterval: 1 }).next()).toThrow(
      new RangeError('Invalid option minInterval: 2. Expected at most maxInterval, 1.'),
    );
  });

  it.each([null, 5, 'fast'])('%j in their place is refused', async (options) => {
    const { client, requests } = play(completed);
    const error = new TypeError(`Invalid option options: ${JSON.stringify(options)}. Expected an object.`);
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

  it('take no AbortSignal that cannot be listened to', async () => {
    const signal = { aborted: false, addEventListener() {} };
    const { client } = play(completed);
    await expect(client().getResult(ID, { signal: signal as never })).rejects.toThrow(
      /^Invalid option signal: .* Expected an AbortSignal\.$/,
    );
  });

  it('take an AbortSignal of another realm, or of a polyfill', async () => {
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

  it('take an AbortSignal of an old polyfill, which has no reason: the error is an AbortError', async () => {
    const signal = {
      aborted: true,
      addEventListener() {},
      removeEventListener() {},
    } as unknown as AbortSignal;
    const { client } = play(completed);
    expect(await failureOf(client().getResult(ID, { signal }))).toMatchObject({ name: 'AbortError' });
  });
});
