import { inspect } from 'node:util';
import { VideosClient, type VideosClientOptions } from 'videos-client';
import { beforeEach, expect, it, vi } from 'vitest';
import { version } from '../package.json' with { type: 'json' };
import { failureOf } from './helpers/failure-of.ts';
import { play } from './helpers/fetch-service.ts';
import { completed, ID, processing } from './helpers/task.ts';

beforeEach(() => void vi.stubEnv('VIDEOS_API_KEY', undefined));

const authorization = async (options: VideosClientOptions) => {
  const { fetch, requests } = play(completed);
  await new VideosClient({ fetch, ...options }).getResult(ID);
  return requests[0]?.headers.get('authorization');
};

it('without a key, the error names the option, the variable and null', () => {
  const error = new TypeError(
    'No API key. Pass the option apiKey or set the environment variable VIDEOS_API_KEY; pass apiKey: null where a proxy adds the key.',
  );
  expect(() => new VideosClient()).toThrow(error);
  expect(() => new VideosClient({ apiKey: undefined })).toThrow(error);
  vi.stubEnv('VIDEOS_API_KEY', '');
  expect(() => new VideosClient()).toThrow(error);
});

it('the option apiKey comes before the environment', async () => {
  vi.stubEnv('VIDEOS_API_KEY', 'from-environment');
  expect(await authorization({})).toBe('Bearer from-environment');
  expect(await authorization({ apiKey: 'from-option' })).toBe('Bearer from-option');
});

it('with apiKey: null no key is sent, whatever the environment has', async () => {
  vi.stubEnv('VIDEOS_API_KEY', 'from-environment');
  expect(await authorization({ apiKey: null })).toBeNull();
});

it('a function may return the key, or a promise of it', async () => {
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
it.each(wrong)('the key %j is refused, and not shown', (apiKey, problem) => {
  expect(() => new VideosClient({ apiKey: apiKey as string })).toThrow(
    new TypeError(`Invalid option apiKey: ${problem}. Expected the key exactly as it was issued.`),
  );
});

it('a wrong key of the environment is refused by the name of the variable', () => {
  vi.stubEnv('VIDEOS_API_KEY', 'sk-secret\r\n');
  expect(() => new VideosClient()).toThrow(
    new TypeError(
      `Invalid environment variable VIDEOS_API_KEY: ${malformed}. Expected the key exactly as it was issued.`,
    ),
  );
});

it.each([...wrong, [null, 'it is null'] as const, [undefined, 'it is undefined'] as const])(
  '%j returned by a function is refused, not shown, and nothing is sent',
  async (apiKey, problem) => {
    const { client, requests } = play(completed);
    const error = await failureOf(client({ apiKey: () => apiKey as string }).getResult(ID));
    expect(error).toEqual(
      new TypeError(
        `Invalid result of the apiKey function: ${problem}. Expected the key exactly as it was issued.`,
      ),
    );
    expect(requests).toEqual([]);
  },
);

it('a function that has worked before, and returns no key, ends no wait', async () => {
  const { client } = play(processing, completed);
  const keys = ['sk-secret', '', 'sk-secret'];
  const errors: unknown[] = [];
  const video = await client({ apiKey: () => keys.shift() ?? '', maxRetries: 0 }).waitForCompletion(ID, {
    minInterval: 0,
    onPollError: ({ error }) => void errors.push(error),
  });
  expect(video.status).toBe('completed');
  expect(errors).toEqual([expect.objectContaining({ name: 'ConnectionError', taskId: ID })]);
  expect((errors[0] as Error).message).toContain(
    'the apiKey function failed (Invalid result of the apiKey function: it is empty',
  );
});

it('a client prints its address, its limits and its version, and never its key', () => {
  const apiKey = 'sk-secret';
  const client = new VideosClient({
    apiKey,
    baseUrl: 'https://host.test/a',
    headers: { 'x-token': apiKey },
  });
  const printed = [inspect(client, { showHidden: true, depth: 9 }), JSON.stringify(client), String(client)];
  expect(printed.join()).not.toContain(apiKey);
  expect(inspect(client, { breakLength: 120 })).toBe(
    [
      'VideosClient {',
      `  version: '${version}',`,
      "  baseUrl: 'https://host.test/a',",
      '  timeout: 30000,',
      '  maxRetries: 3,',
      '  maxConcurrency: 16,',
      '  polling: {}',
      '}',
    ].join('\n'),
  );
  expect(inspect({ client: new VideosClient({ apiKey, polling: { maxWait: 5 } }) }, { depth: 2 })).toContain(
    'polling: { maxWait: 5 }',
  );
});

const inPage = () => vi.stubGlobal('document', {});

it('a page is refused a key, and the error names the proxy', () => {
  inPage();
  const refusal =
    /^Refused to use an API key in a browser: .*createVideosProxy.*videos-client\/proxy.*dangerouslyAllowBrowser: true\.$/;
  expect(() => new VideosClient({ apiKey: 'sk-secret' })).toThrow(refusal);
  expect(() => new VideosClient({ apiKey: 'sk-secret', dangerouslyAllowBrowser: false })).toThrow(TypeError);
  expect(() => new VideosClient({ apiKey: 'sk-secret' })).not.toThrow(/sk-secret/);
});

it('a worker of a page is refused a key, too', () => {
  vi.stubGlobal('importScripts', () => {});
  expect(() => new VideosClient({ apiKey: 'sk-secret' })).toThrow(/^Refused/);
});

it('a page may have a client without a key, with a function, or with permission', () => {
  inPage();
  for (const options of [
    { apiKey: null },
    { apiKey: () => 'short-lived' },
    { apiKey: 'public', dangerouslyAllowBrowser: true },
  ]) {
    expect(() => new VideosClient(options)).not.toThrow();
  }
});

it('Deno and Cloudflare Workers are not browsers, although they resemble one', () => {
  vi.stubGlobal('importScripts', () => {});
  vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' });
  expect(() => new VideosClient({ apiKey: 'k' })).not.toThrow();
  vi.stubGlobal('navigator', undefined);
  vi.stubGlobal('Deno', {});
  expect(() => new VideosClient({ apiKey: 'k' })).not.toThrow();
});

it.each([
  ['an object', { 'X-Team': 'film' }],
  ['pairs', [['x-team', 'film']] as [string, string][]],
  ['Headers', new Headers({ 'x-team': 'film' })],
])('headers may be %s', async (_, headers) => {
  const { client, requests } = play(completed);
  await client({ headers }).getResult(ID);
  expect(requests[0]?.headers.get('x-team')).toBe('film');
  expect(requests[0]?.headers.get('authorization')).toBe('Bearer test-key');
});

it('headers are those of when the client was made', async () => {
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
])('the headers %j are refused, and not shown', (headers) => {
  expect(() => new VideosClient({ apiKey: 'k', headers: headers as never })).toThrow(
    new TypeError('Invalid option headers. Expected what the Headers constructor takes.'),
  );
});

it('headers with an authorization are refused together with an apiKey, and accepted without one', async () => {
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
