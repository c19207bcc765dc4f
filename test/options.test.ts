import { inspect } from 'node:util';
import {
  type GetResultOptions,
  pollIntervals,
  VideosClient,
  type VideosClientOptions,
  type WaitOptions,
} from 'videos-client';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { completed, failureOf, ID, play } from './helpers/service.ts';

beforeEach(() => {
  vi.stubEnv('VIDEOS_API_KEY', undefined);
  vi.stubEnv('VIDEOS_BASE_URL', undefined);
});

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

  it.each([null, 5, 'test-key'])('%j in place of the options is refused', (options) => {
    expect(() => new VideosClient(options as never)).toThrow(
      new TypeError(`Invalid option options: ${JSON.stringify(options)}. Expected an object.`),
    );
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

  it('take an AbortSignal of another realm, or of a polyfill', async () => {
    const { aborted, reason } = AbortSignal.abort('stop');
    const foreign = { aborted, reason, addEventListener() {}, removeEventListener() {} };
    const throwIfAborted = () => {
      throw reason;
    };
    const { client } = play(completed);
    const options = { signal: { ...foreign, throwIfAborted } as unknown as AbortSignal };
    expect(await failureOf(client().getResult(ID, options))).toBe('stop');
  });
});

describe('a task id', () => {
  const wrong: [unknown, string][] = [
    [undefined, 'undefined'],
    [null, 'null'],
    [42, '42'],
    [{ id: ID }, '{"id":"video_1234567890"}'],
    ['', '""'],
    [' \n\t', '" \\n\\t"'],
    ['.', '"."'],
    ['..', '".."'],
    ['video_\ud800', '"video_\\ud800"'],
    ['\udc00', '"\\udc00"'],
  ];
  it.each(wrong)('%j is refused, and nothing is sent', async (id, shown) => {
    const { client, requests } = play(completed);
    const error = new TypeError(
      `Invalid task id: ${shown}. Expected the id that the create call returned, a string that is not blank.`,
    );
    expect(await failureOf(client().getResult(id as string))).toEqual(error);
    expect(await failureOf(client().waitForCompletion(id as string))).toEqual(error);
    expect(
      await failureOf(
        client()
          .watch(id as string)
          .next(),
      ),
    ).toEqual(error);
    expect(requests).toEqual([]);
  });

  it.each([ID, 'proj_1234567890', 'fd35ee52-2a98-44a6-b930-29a88ce9b8fd', '任务', '🎬', '...', 'a/b?c#d'])(
    '%s is taken: nothing assumes a form',
    async (id) => {
      const { client } = play(completed);
      expect(await client().getResult(id)).toEqual(completed);
    },
  );
});

describe('the API key', () => {
  const authorization = async (options: VideosClientOptions) => {
    const { fetch, requests } = play(completed);
    await new VideosClient({ fetch, ...options }).getResult(ID);
    return requests[0]?.headers.get('authorization');
  };

  it('is asked for where there is none, by naming the option, the variable and null', () => {
    const error = new TypeError(
      'No API key. Pass the option apiKey or set the environment variable VIDEOS_API_KEY; pass apiKey: null where a proxy adds the key.',
    );
    expect(() => new VideosClient()).toThrow(error);
    expect(() => new VideosClient({ apiKey: undefined })).toThrow(error);
    vi.stubEnv('VIDEOS_API_KEY', '');
    expect(() => new VideosClient()).toThrow(error);
  });

  it('comes from the option before the environment', async () => {
    vi.stubEnv('VIDEOS_API_KEY', 'from-environment');
    expect(await authorization({})).toBe('Bearer from-environment');
    expect(await authorization({ apiKey: 'from-option' })).toBe('Bearer from-option');
  });

  it('is not sent with null, whatever the environment says', async () => {
    vi.stubEnv('VIDEOS_API_KEY', 'from-environment');
    expect(await authorization({ apiKey: null })).toBeNull();
  });

  it('may come from a function, or from a promise of one', async () => {
    expect(await authorization({ apiKey: () => 'at-once' })).toBe('Bearer at-once');
    expect(await authorization({ apiKey: async () => 'later' })).toBe('Bearer later');
  });

  const malformed = 'it has a space, a line break or a character that is not ASCII';
  const wrong: [unknown, string][] = [
    ['', 'it is empty'],
    ['sk-secret\n', malformed],
    ['sk secret', malformed],
    ['sk-geheimschlüssel', malformed],
    [42, 'it is of type number'],
    [{ key: 'sk-secret' }, 'it is of type object'],
    [true, 'it is of type boolean'],
  ];
  it.each(wrong)('%j is refused, and not shown', (apiKey, problem) => {
    expect(() => new VideosClient({ apiKey: apiKey as string })).toThrow(
      new TypeError(`Invalid option apiKey: ${problem}. Expected the key as the service shows it.`),
    );
  });

  it('of the environment is refused under its own name', () => {
    vi.stubEnv('VIDEOS_API_KEY', 'sk-secret\r\n');
    expect(() => new VideosClient()).toThrow(
      new TypeError(
        `Invalid environment variable VIDEOS_API_KEY: ${malformed}. Expected the key as the service shows it.`,
      ),
    );
  });

  it.each([...wrong, [null, 'it is null'] as const, [undefined, 'it is of type undefined'] as const])(
    '%j out of a function is refused, not shown, and nothing is sent',
    async (apiKey, problem) => {
      const { client, requests } = play(completed);
      const error = await failureOf(client({ apiKey: () => apiKey as string }).getResult(ID));
      expect(error).toEqual(
        new TypeError(
          `Invalid result of the apiKey function: ${problem}. Expected the key as the service shows it.`,
        ),
      );
      expect(requests).toEqual([]);
    },
  );

  it('shows in nothing that a client prints', () => {
    const apiKey = 'sk-secret';
    const client = new VideosClient({ apiKey, headers: { 'x-token': apiKey } });
    const printed = [inspect(client, { showHidden: true, depth: 9 }), JSON.stringify(client), String(client)];
    expect(printed.join()).not.toContain(apiKey);
  });
});

describe('a browser', () => {
  const inPage = () => vi.stubGlobal('document', {});

  it('is refused a key, and told of the proxy', () => {
    inPage();
    const refusal =
      /^Refused to use an API key in a browser: .*createVideosProxy.*videos-client\/proxy.*dangerouslyAllowBrowser: true\.$/;
    expect(() => new VideosClient({ apiKey: 'sk-secret' })).toThrow(refusal);
    expect(() => new VideosClient({ apiKey: 'sk-secret', dangerouslyAllowBrowser: false })).toThrow(
      TypeError,
    );
    expect(() => new VideosClient({ apiKey: 'sk-secret' })).not.toThrow(/sk-secret/);
  });

  it('is refused a key in a worker too', () => {
    vi.stubGlobal('importScripts', () => {});
    expect(() => new VideosClient({ apiKey: 'sk-secret' })).toThrow(/^Refused/);
  });

  it('may have a client without a key, with a function, or with leave', () => {
    inPage();
    for (const options of [
      { apiKey: null },
      { apiKey: () => 'short-lived' },
      { apiKey: 'public', dangerouslyAllowBrowser: true },
    ]) {
      expect(() => new VideosClient(options)).not.toThrow();
    }
  });

  it('is not what Deno and a worker at the edge are, though they look like one', () => {
    vi.stubGlobal('importScripts', () => {});
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' });
    expect(() => new VideosClient({ apiKey: 'k' })).not.toThrow();
    vi.stubGlobal('navigator', undefined);
    vi.stubGlobal('Deno', {});
    expect(() => new VideosClient({ apiKey: 'k' })).not.toThrow();
  });
});

describe('baseUrl', () => {
  const asked = async (baseUrl?: string) => {
    const { client, requests } = play(completed);
    await client({ baseUrl }).getResult('t');
    return requests[0]?.url;
  };

  it('is the documented one by default', async () => {
    expect(await asked()).toBe('https://zcbservice.aizfw.cn/kyyReactApiServer/v1/result/t');
  });

  it.each([
    ['http://host.test', 'http://host.test/v1/result/t'],
    ['http://host.test/', 'http://host.test/v1/result/t'],
    ['https://host.test:8443/a/b', 'https://host.test:8443/a/b/v1/result/t'],
    ['https://host.test/a/b/', 'https://host.test/a/b/v1/result/t'],
    ['https://host.test/a/b/v1', 'https://host.test/a/b/v1/result/t'],
    ['https://host.test/a/b/v1/', 'https://host.test/a/b/v1/result/t'],
    ['https://host.test/v1//', 'https://host.test/v1/result/t'],
    ['https://host.test/apiv1', 'https://host.test/apiv1/v1/result/t'],
    ['https://host.test/v1/videos', 'https://host.test/v1/videos/v1/result/t'],
    ['https://host.test/a?', 'https://host.test/a/v1/result/t'],
    ['https://host.test/a#', 'https://host.test/a/v1/result/t'],
    ['HTTPS://HOST.test/A', 'https://host.test/A/v1/result/t'],
  ])('%s asks %s', async (baseUrl, url) => {
    expect(await asked(baseUrl)).toBe(url);
  });

  it('comes from the option before the environment', async () => {
    vi.stubEnv('VIDEOS_BASE_URL', 'http://environment.test/v1/');
    expect(await asked()).toBe('http://environment.test/v1/result/t');
    expect(await asked('http://option.test')).toBe('http://option.test/v1/result/t');
  });

  it('counts as not set where the variable is empty', async () => {
    vi.stubEnv('VIDEOS_BASE_URL', '');
    expect(await asked()).toBe('https://zcbservice.aizfw.cn/kyyReactApiServer/v1/result/t');
  });

  const allowed = 'an http(s) URL without user, query and fragment';
  it.each([
    [null, 'null'],
    [5, '5'],
    ['', '""'],
    ['host.test/api', '"host.test/api"'],
    ['/api', '"/api"'],
    ['ftp://host.test', '"ftp://host.test"'],
    ['https://', '"https://"'],
    ['https://host.test/a?key=secret', '"https://host.test/a"'],
    ['https://host.test/a#secret', '"https://host.test/a"'],
    ['https://secret@host.test/a', '"https://host.test/a"'],
    ['https://:secret@host.test/a', '"https://host.test/a"'],
  ])('%j is refused', (baseUrl, shown) => {
    expect(() => new VideosClient({ apiKey: 'k', baseUrl: baseUrl as string })).toThrow(
      new TypeError(`Invalid option baseUrl: ${shown}. Expected ${allowed}.`),
    );
  });

  it('of the environment is refused under its own name', () => {
    vi.stubEnv('VIDEOS_BASE_URL', 'host.test');
    expect(() => new VideosClient({ apiKey: 'k' })).toThrow(
      new TypeError(`Invalid environment variable VIDEOS_BASE_URL: "host.test". Expected ${allowed}.`),
    );
  });
});

describe('headers', () => {
  it.each([
    ['an object', { 'X-Team': 'film' }],
    ['pairs', [['x-team', 'film']] as [string, string][]],
    ['Headers', new Headers({ 'x-team': 'film' })],
  ])('may be %s', async (_, headers) => {
    const { client, requests } = play(completed);
    await client({ headers }).getResult(ID);
    expect(requests[0]?.headers.get('x-team')).toBe('film');
    expect(requests[0]?.headers.get('authorization')).toBe('Bearer test-key');
  });

  it('are what they were when the client was made', async () => {
    const { client, requests } = play(completed);
    const headers = { 'x-team': 'film' };
    const made = client({ headers });
    headers['x-team'] = 'music';
    await made.getResult(ID);
    expect(requests[0]?.headers.get('x-team')).toBe('film');
  });

  it.each([
    null,
    5,
    'x-team: film',
    [['x-team']],
    { 'not a name': 'secret' },
    { 'x-key': 'two\nsecret lines' },
  ])('%j are refused, and not shown', (headers) => {
    expect(() => new VideosClient({ apiKey: 'k', headers: headers as never })).toThrow(
      new TypeError('Invalid option headers. Expected what the Headers constructor takes.'),
    );
  });

  it('with an authorization are refused beside an apiKey, and taken without', async () => {
    const headers = { Authorization: 'Basic secret' };
    for (const apiKey of ['test-key', () => 'test-key']) {
      expect(() => new VideosClient({ apiKey, headers })).toThrow(
        new TypeError(
          'Invalid option headers: authorization is what apiKey is for. Pass apiKey: null to send your own.',
        ),
      );
    }
    const { client, requests } = play(completed);
    await client({ apiKey: null, headers }).getResult(ID);
    expect(requests[0]?.headers.get('authorization')).toBe('Basic secret');
  });
});
