import { beforeEach, expect, it, vi } from 'vitest';
import { VideosClient } from '../src/client.ts';
import { VideoFailedError } from '../src/errors/index.ts';
import type { VideosClientOptions } from '../src/options/client-options.ts';
import { failureOf } from './helpers/failure-of.ts';
import { type FileServer, noise, serveFile, sha256 } from './helpers/file-server.ts';

const pauses = vi.hoisted((): number[] => []);

// Every pause of the package goes through here; none needs to be sat out.
vi.mock(import('../src/internal/sleep.ts'), async (original) => ({
  ...(await original()),
  sleep: async (ms, signal) => {
    signal?.throwIfAborted();
    pauses.push(ms);
  },
}));

beforeEach(() => {
  pauses.length = 0;
  vi.spyOn(Math, 'random').mockReturnValue(1);
});

const clientOf = (server: FileServer, options?: VideosClientOptions) =>
  new VideosClient({ apiKey: null, baseUrl: server.baseUrl, fetch: server.fetch, ...options });

const read = async (response: Response) => new Uint8Array(await response.arrayBuffer());
const load = (server: FileServer, options?: VideosClientOptions) =>
  clientOf(server, options).download(server.video()).then(read);
const rangesOf = (server: FileServer) => server.requests.map(({ range, ifRange }) => [range, ifRange]);
const whole = (server: FileServer) => sha256(server.file.bytes);
/** A second in which nothing was changed any more. */
const LAST_MODIFIED = 'Wed, 21 Oct 2015 07:28:00 GMT';

it('a dropped connection is resumed at the byte that is due, as often as it takes', async () => {
  const drops = [1000, 1, 50_000, 7, 300].map((dropAfter) => ({ dropAfter }));
  const server = await serveFile({}, drops);
  const onProgress = vi.fn();
  const response = await clientOf(server).download(server.video(), { onProgress });
  expect(sha256(await read(response))).toBe(whole(server));
  expect(rangesOf(server)).toEqual([
    [undefined, undefined],
    ...[1000, 1001, 51_001, 51_008, 51_308].map((due) => [`bytes=${due}-`, '"v1"']),
  ]);
  expect(pauses).toEqual([500, 500, 500, 500, 500]);
  expect(onProgress).toHaveBeenLastCalledWith({ receivedBytes: 100_000, totalBytes: 100_000 });
  const received = onProgress.mock.calls.map(([{ receivedBytes }]) => receivedBytes);
  expect(received).toEqual([...received].sort((a, b) => a - b));
});

it.each([null, 'W/"v1"'])(
  'a dropped connection is resumed by Last-Modified if the ETag is %s',
  async (etag) => {
    const server = await serveFile({ etag, lastModified: LAST_MODIFIED }, [{ dropAfter: 10 }]);
    expect(sha256(await load(server))).toBe(whole(server));
    expect(rangesOf(server)[1]).toEqual(['bytes=10-', LAST_MODIFIED]);
  },
);

it.each([
  ['a weak ETag', { etag: 'W/"v1"' }],
  ['nothing', { etag: null }],
  [
    'a Last-Modified of this very second',
    { etag: null, lastModified: new Date(Date.now() + 1e6).toUTCString() },
  ],
])('a dropped connection cannot be resumed if the server identifies the file by %s', async (_, file) => {
  const server = await serveFile(file, [{ dropAfter: 10 }]);
  const error = await failureOf<Error>(load(server));
  expect(error).toMatchObject({ name: 'DownloadError', isTransient: true, receivedBytes: 10, status: 200 });
  expect(error.message).toContain(
    'it was cut off at byte 10, and cannot be resumed: the server gives nothing',
  );
  expect([server.requests.length, pauses]).toEqual([1, []]);
});

it('a dropped connection is followed by a new request as long as no byte has come', async () => {
  const server = await serveFile({ etag: null }, [{ dropAfter: 0 }, { dropAfter: 0 }]);
  expect(sha256(await load(server))).toBe(whole(server));
  expect(rangesOf(server)).toEqual(Array(3).fill([undefined, undefined]));
});

it('a dropped connection is an error after maxRetries consecutive attempts without a new byte', async () => {
  const dead = { dropAfter: 0 };
  const server = await serveFile({}, [dead, dead, { dropAfter: 10 }, ...Array(6).fill(dead)]);
  const error = await failureOf(load(server, { maxRetries: 5 }));
  expect(error).toMatchObject({ name: 'DownloadError', isTransient: true, receivedBytes: 10 });
  expect(pauses).toEqual([500, 1000, 500, 1000, 2000, 4000, 8000]);
  expect(server.requests).toHaveLength(8);
});

it('a download joins parts if the server sends less than was requested', async () => {
  const server = await serveFile({}, [{ dropAfter: 10 }, { partLength: 100 }, { partLength: 1 }]);
  expect(sha256(await load(server))).toBe(whole(server));
  expect(rangesOf(server).map(([range]) => range)).toEqual([
    undefined,
    'bytes=10-',
    'bytes=110-',
    'bytes=111-',
  ]);
  expect(pauses).toEqual([500]);
});

it('a dropped connection right behind the last byte of a file without a length is its end', async () => {
  const server = await serveFile({}, [{ chunked: true, dropAfter: 100_000 }]);
  expect(sha256(await load(server))).toBe(whole(server));
  // One byte early: its response proves that the file is still the same.
  expect(rangesOf(server)[1]?.[0]).toBe('bytes=99999-');
});

it.each([
  ['has another ETag', { etag: '"v2"' }, {}],
  ['ignores If-Range, and has another ETag', { etag: '"v2"' }, { ignoreIfRange: true }],
  ['ignores If-Range, and has another length', { bytes: noise(5000, 2) }, { ignoreIfRange: true }],
  ['is shorter than what has come', { bytes: noise(5, 2) }, { ignoreIfRange: true }],
  ['is sent from its start with another ETag', { etag: '"v2"' }, { ignoreRange: true }],
  ['is sent from its start without an ETag', { etag: null }, { ignoreRange: true }],
  ['is sent from its start with another length', { bytes: noise(5000) }, { ignoreRange: true }],
])('a file that %s is never joined to another', async (_, change, fault) => {
  const server = await serveFile({}, [{ dropAfter: 10 }, fault]);
  server.onRequest = () => server.requests.length === 2 && Object.assign(server.file, change);
  const error = await failureOf<Error>(load(server));
  expect(error).toMatchObject({ name: 'DownloadError', isTransient: true, receivedBytes: 10 });
  expect(error.message).toContain('it was cut off at byte 10, and cannot be resumed: the file has changed');
});

it.each([
  ['is sent from its start', { ignoreRange: true }],
  ['is sent from its start, without a length', { ignoreRange: true, chunked: true }],
  ['is sent as a part with the status 200', { status: 200, keepBody: true }],
  ['is sent from elsewhere', { headers: { 'content-range': 'bytes 0-99/100000' } }],
  ['is sent beyond its end', { headers: { 'content-range': 'bytes 10-100010/100000' } }],
  ['is sent with a range that cannot be read', { headers: { 'content-range': 'bytes' } }],
  [
    'is sent with a range of another length than its body',
    { headers: { 'content-range': 'bytes 10-20/100000' } },
  ],
  ['is sent as a part that is encoded', { headers: { 'content-encoding': 'br' } }],
  ['cannot be had in parts (416)', { status: 416 }],
])('the same file that %s is resumed without a wrong byte', async (_, fault) => {
  const server = await serveFile({}, [{ dropAfter: 50_000 }, fault]);
  expect(sha256(await load(server))).toBe(whole(server));
});

it('a server that ignores ranges sends bytes again that are skipped, and count as no progress', async () => {
  const drop = { ignoreRange: true, dropAfter: 50_000 };
  const server = await serveFile({}, [drop, drop, drop, drop, drop, drop]);
  const error = await failureOf(load(server, { maxRetries: 2 }));
  expect(error).toMatchObject({ name: 'DownloadError', isTransient: true, receivedBytes: 50_000 });
  expect(server.requests).toHaveLength(3);
});

it('a file that changes before its first byte is downloaded as it is now', async () => {
  const server = await serveFile({}, [{ dropAfter: 0 }]);
  server.onRequest = () => {
    if (server.requests.length === 2) server.file.bytes = noise(100_000, 2);
  };
  expect(sha256(await load(server))).toBe(sha256(noise(100_000, 2)));
});

/** A fetch that does not compare the body with its announced length. */
const lying = (bytes: Uint8Array, length: number): typeof fetch => {
  return async () =>
    new Response(new Blob([bytes as Uint8Array<ArrayBuffer>]).stream(), {
      headers: { 'content-length': String(length), etag: '"v1"' },
    });
};

it('a body that is shorter than announced is an error, never a quiet end', async () => {
  const server = await serveFile();
  const error = await failureOf(load(server, { fetch: lying(noise(50), 100) }));
  expect(error).toMatchObject({ name: 'DownloadError', isTransient: true, receivedBytes: 50 });
});

it('a body that is longer than announced is an error at once', async () => {
  const server = await serveFile();
  const error = await failureOf<Error>(load(server, { fetch: lying(noise(101), 100) }));
  expect(error).toMatchObject({ name: 'DownloadError', isTransient: false, receivedBytes: 0 });
  expect(error.message).toContain('more than it had announced');
});

it('an empty file is an error', async () => {
  const server = await serveFile({ bytes: new Uint8Array() });
  const error = await failureOf(load(server));
  expect(error).toMatchObject({ name: 'DownloadError', isTransient: true, receivedBytes: 0 });
  expect(server.requests).toHaveLength(4);
});

it.each([408, 425, 429, 500, 503])('the status %i is retried', async (status) => {
  const server = await serveFile({}, [{ status }, { dropAfter: 10 }, { status }]);
  expect(sha256(await load(server))).toBe(whole(server));
  expect(pauses).toEqual([500, 500, 1000]);
});

it.each([304, 204, 206, 300])('the status %i without a file is retried, and transient', async (status) => {
  const server = await serveFile({}, Array(4).fill({ status, chunked: true }));
  const error = await failureOf(load(server));
  expect(error).toMatchObject({ name: 'DownloadError', isTransient: true, status, url: server.url() });
  expect(server.requests).toHaveLength(4);
});

it('a retry waits for Retry-After, up to a minute', async () => {
  const busy = (seconds: string) => ({ status: 503, headers: { 'retry-after': seconds } });
  const server = await serveFile({}, [busy('60'), busy('0'), busy('61')]);
  const error = await failureOf(load(server));
  expect(error).toMatchObject({ name: 'DownloadError', isTransient: true, status: 503 });
  expect(pauses).toEqual([60_000, 1000]);
});

it.each([400, 401, 402, 403, 404, 405, 410, 451])(
  'a URL that expired (%i) is renewed by one request, and the download resumes',
  async (status) => {
    const server = await serveFile({}, [{ dropAfter: 10 }, { status }, { dropAfter: 10 }, { status }]);
    server.tasks.push(server.video('/second.mp4'), server.video('/third.mp4'));
    expect(sha256(await load(server))).toBe(whole(server));
    expect(server.requests.map(({ path, range }) => [path, range])).toEqual([
      ['/video.mp4', undefined],
      ['/video.mp4', 'bytes=10-'],
      ['/second.mp4', 'bytes=10-'],
      ['/second.mp4', 'bytes=20-'],
      ['/third.mp4', 'bytes=20-'],
    ]);
    expect(server.polls).toBe(2);
  },
);

it.each([400, 403, 404])(
  'a URL that the service returns again (%i) is retried with back-off',
  async (status) => {
    const server = await serveFile({}, [{ status }, { status }, { status }]);
    server.tasks.push(server.video());
    expect(sha256(await load(server))).toBe(whole(server));
    expect(pauses).toEqual([500, 1000, 2000]);
    expect(server.polls).toBe(1);
  },
);

it('a URL that stays dead is a transient error that says what the service returns', async () => {
  const server = await serveFile({}, [{ status: 404 }]);
  server.tasks.push(server.video());
  const error = await failureOf<Error>(load(server, { maxRetries: 0 }));
  expect(error).toMatchObject({ name: 'DownloadError', isTransient: true, status: 404, url: server.url() });
  expect(error.message).toContain(
    'the server answered 404 Not Found, and the service returns the same URL again',
  );
});

it('a URL that is dead when it has just been renewed is retried with back-off', async () => {
  const server = await serveFile({}, [{ status: 403 }, ...Array(4).fill({ status: 404 })]);
  server.tasks.push(server.video('/second.mp4'));
  const error = await failureOf(load(server));
  expect(error).toMatchObject({
    name: 'DownloadError',
    isTransient: true,
    status: 404,
    url: server.url('/second.mp4'),
  });
  expect([server.polls, server.requests.length, pauses]).toEqual([1, 5, [500, 1000, 2000]]);
});

it('a URL is renewed once more if the new one expired during a pause', async () => {
  const server = await serveFile({}, [{ status: 403 }, { status: 503 }, { status: 403 }]);
  server.tasks.push(server.video('/second.mp4'), server.video('/third.mp4'));
  expect(sha256(await load(server))).toBe(whole(server));
  expect(server.requests.map(({ path }) => path)).toEqual([
    '/video.mp4',
    '/second.mp4',
    '/second.mp4',
    '/third.mp4',
  ]);
});

it('a URL is not renewed forever', async () => {
  const refusals = Array.from({ length: 9 }, (_, index) => ({ status: index % 2 ? 503 : 403 }));
  const server = await serveFile({}, refusals);
  server.tasks.push(...refusals.map((_, index) => server.video(`/${index}.mp4`)));
  expect(await failureOf(load(server, { maxRetries: 2 }))).toMatchObject({
    name: 'DownloadError',
    status: 503,
  });
  expect(server.requests).toHaveLength(6);
});

it('a URL that expired for a task that is no longer completed is an error with the bytes received so far', async () => {
  const server = await serveFile({}, [{ dropAfter: 10 }, { status: 403 }]);
  server.tasks.push({ id: 'video_1', status: 'processing' });
  const error = await failureOf<Error>(load(server));
  expect(error).toMatchObject({ status: 403, receivedBytes: 10, url: server.url(), isTransient: true });
  expect(error.message).toContain('the task is processing. Wait for it with waitForCompletion("video_1").');
});

it('a URL that expired for a task that has failed since is a VideoFailedError', async () => {
  const server = await serveFile({}, [{ status: 403 }]);
  server.tasks.push({ id: 'video_1', status: 'failed' });
  expect(await failureOf(load(server))).toBeInstanceOf(VideoFailedError);
});

it('a server that sends no headers within timeout is requested again', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const server = await serveFile({}, [{ stallAfter: -1 }]);
  server.onRequest = () => server.requests.length === 1 && vi.advanceTimersByTime(30_000);
  expect(sha256(await load(server))).toBe(whole(server));
  expect(server.requests).toHaveLength(2);
});

it('a server that sends no byte for timeout is left, and the download resumes', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const server = await serveFile({}, [{ stallAfter: 10 }]);
  const { body } = await clientOf(server, { timeout: 7000 }).download(server.video());
  const reader = body?.getReader();
  expect((await reader?.read())?.value).toHaveLength(10);
  const next = reader?.read();
  await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
  vi.advanceTimersByTime(6999);
  expect(server.requests).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect((await next)?.done).toBe(false);
  expect(rangesOf(server)[1]).toEqual(['bytes=10-', '"v1"']);
  await reader?.cancel();
});

it('a slow reader is not taken for a silent server', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const server = await serveFile({}, []);
  const { body } = await clientOf(server).download(server.video());
  for await (const _ of body ?? []) vi.advanceTimersByTime(86_400_000);
  expect(server.requests).toHaveLength(1);
});
