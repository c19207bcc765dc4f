import { VideosClient } from 'videos-client';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { play } from './helpers/fetch-service.ts';
import { completed } from './helpers/task.ts';

beforeEach(() => void vi.stubEnv('VIDEOS_BASE_URL', undefined));

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
    ['sk-live-0123456789', 'a string that is no URL'],
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
