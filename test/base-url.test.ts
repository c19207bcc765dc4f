import { VideosClient } from 'videos-client';
import { createVideosProxy } from 'videos-client/proxy';
import { beforeEach, expect, it, vi } from 'vitest';
import { play } from './helpers/fetch-service.ts';
import { completed } from './helpers/task.ts';

beforeEach(() => void vi.stubEnv('VIDEOS_BASE_URL', undefined));

const requestedUrl = async (baseUrl?: string) => {
  const { client, requests } = play(completed);
  await client({ baseUrl }).getResult('t');
  return requests[0]?.url;
};

it('the documented base is the default', async () => {
  expect(await requestedUrl()).toBe('https://zcbservice.aizfw.cn/kyyReactApiServer/v1/result/t');
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
])('the baseUrl %s requests %s', async (baseUrl, url) => {
  expect(await requestedUrl(baseUrl)).toBe(url);
});

it('the option baseUrl comes before the environment', async () => {
  vi.stubEnv('VIDEOS_BASE_URL', 'http://environment.test/v1/');
  expect(await requestedUrl()).toBe('http://environment.test/v1/result/t');
  expect(await requestedUrl('http://option.test')).toBe('http://option.test/v1/result/t');
});

it('an empty variable counts as absent', async () => {
  vi.stubEnv('VIDEOS_BASE_URL', '');
  expect(await requestedUrl()).toBe('https://zcbservice.aizfw.cn/kyyReactApiServer/v1/result/t');
});

const allowed =
  'an http(s) URL without user, query and fragment; or, with apiKey: null, a path such as "/api/videos"';
it.each([
  [null, 'null'],
  [5, '5'],
  ['', '""'],
  ['host.test/api', 'a string that is not a URL'],
  ['localhost:3000', '"localhost:3000"'],
  ['/api', '"/api"'],
  ['sk-live-0123456789', 'a string that is not a URL'],
  ['sk-live', '"sk-live"'],
  ['no address at all', '"no address at all"'],
  ['ftp://host.test', '"ftp://host.test"'],
  ['https://', '"https://"'],
  ['https://host.test/a?key=secret', '"https://host.test/a"'],
  ['https://host.test/a#secret', '"https://host.test/a"'],
  ['https://secret@host.test/a', '"https://host.test/a"'],
  ['ftp://user:secret@host.test/a?key=secret', '"ftp://host.test/a"'],
  ['https://user:sec ret@host.test:99999/a', '"https://host.test:99999/a"'],
  [new URL('https://user:secret@host.test/a'), '"https://host.test/a"'],
  ['https://:secret@host.test/a', '"https://host.test/a"'],
])('the baseUrl %j is refused', (baseUrl, shown) => {
  expect(() => new VideosClient({ apiKey: 'k', baseUrl: baseUrl as string })).toThrow(
    new TypeError(`Invalid option baseUrl: ${shown}. Expected ${allowed}.`),
  );
});

it('a wrong URL of the environment is refused by the name of the variable', () => {
  vi.stubEnv('VIDEOS_BASE_URL', 'host.test');
  expect(() => new VideosClient({ apiKey: 'k' })).toThrow(
    new TypeError(`Invalid environment variable VIDEOS_BASE_URL: "host.test". Expected ${allowed}.`),
  );
});

const page = (origin?: string) => vi.stubGlobal('location', origin && { origin, href: `${origin}/page` });
const requested = async (baseUrl: string) => {
  const { client, requests } = play(completed);
  await client({ apiKey: null, baseUrl }).getResult('t');
  return requests[0]?.url;
};

it.each([
  ['/api/videos', 'https://app.test/api/videos/v1/result/t'],
  ['/api/videos/', 'https://app.test/api/videos/v1/result/t'],
  ['/api/videos/v1', 'https://app.test/api/videos/v1/result/t'],
  ['/', 'https://app.test/v1/result/t'],
  ['/v1/', 'https://app.test/v1/result/t'],
  ['/a b/../ü', 'https://app.test/%C3%BC/v1/result/t'],
])('a path is of the page’s own origin: %s requests %s', async (baseUrl, url) => {
  page('https://app.test');
  expect(await requested(baseUrl)).toBe(url);
});

it('a path may come from the environment', async () => {
  page('https://app.test');
  vi.stubEnv('VIDEOS_BASE_URL', '/api/videos');
  const { client, requests } = play(completed);
  await client({ apiKey: null }).getResult('t');
  expect(requests[0]?.url).toBe('https://app.test/api/videos/v1/result/t');
});

it.each([
  ['/api?key=secret', '"/api"'],
  ['service.example.com, or so', '"service.example.com, or so"'],
])('a base that is refused is shown as it was given, without its query: %j', (baseUrl, shown) => {
  expect(() => new VideosClient({ apiKey: null, baseUrl })).toThrow(
    `Invalid option baseUrl: ${shown}. Expected`,
  );
});

it('a base that is a URL object is refused: the option is a string', () => {
  const baseUrl = new URL('https://service.example.com') as unknown as string;
  expect(() => new VideosClient({ apiKey: 'test-key', baseUrl })).toThrow(TypeError);
});

it('a base may end in several slashes, also before its final v1', async () => {
  expect(await requestedUrl('https://service.example.com/base//v1//')).toBe(
    'https://service.example.com/base/v1/result/t',
  );
});

it('the root of a page is shown as a slash if there is no page', async () => {
  await expect(play(completed).client({ apiKey: null, baseUrl: '/' }).getResult('t')).rejects.toThrow(
    'Failed to resolve the option baseUrl, "/": a path belongs to a page',
  );
});

it('a path is resolved at each request, so that a module with a client loads where there is no page', async () => {
  const { client, requests } = play(completed);
  const videos = client({ apiKey: null, baseUrl: '/api/videos' });
  for (const origin of [undefined, 'null']) {
    page(origin);
    for (const call of [videos.getResult('t'), videos.waitForCompletion('t'), videos.watch('t').next()]) {
      await expect(call).rejects.toThrow(
        new TypeError(
          'Failed to resolve the option baseUrl, "/api/videos": a path belongs to a page, and there is no page here. Pass a whole URL.',
        ),
      );
    }
  }
  expect(requests).toEqual([]);
  page('https://app.test');
  await videos.getResult('t');
  page('https://other.test');
  await videos.getResult('t');
  expect(requests.map(({ url }) => new URL(url).origin)).toEqual(['https://app.test', 'https://other.test']);
});

it.each([
  '//evil.test',
  '/\\evil.test',
  '/\t/evil.test',
  '/\n\\evil.test',
  '/api?key=1',
  '/api#x',
  '\\api',
  'api/videos',
  ' /api',
])('a path that may lead to another origin, or is more than a path, is refused: %j', (baseUrl) => {
  page('https://app.test');
  expect(() => new VideosClient({ apiKey: null, baseUrl })).toThrow(/^Invalid option baseUrl: /);
});

it('a path is refused together with a key, and by the proxy', () => {
  page('https://app.test');
  for (const apiKey of ['test-key', () => 'test-key']) {
    expect(() => new VideosClient({ apiKey, baseUrl: '/api/videos', dangerouslyAllowBrowser: true })).toThrow(
      new TypeError(
        'Invalid option baseUrl: "/api/videos". Expected an http(s) URL without user, query and fragment; or, with apiKey: null, a path such as "/api/videos".',
      ),
    );
  }
  expect(() => createVideosProxy({ apiKey: 'k', authorize: () => true, baseUrl: '/api/videos' })).toThrow(
    new TypeError(
      'Invalid option baseUrl: "/api/videos". Expected an http(s) URL without user, query and fragment.',
    ),
  );
});
