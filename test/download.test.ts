import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { VideosClient } from '../src/client.ts';
import { DownloadError, VideoFailedError } from '../src/errors/index.ts';
import type { VideosClientOptions } from '../src/options/client-options.ts';
import { type FileServer, noise, serveFile, sha256 } from './helpers/file-server.ts';

const clientOf = (server: FileServer, options?: VideosClientOptions) =>
  new VideosClient({ apiKey: 'secret-key', baseUrl: server.baseUrl, maxRetries: 0, ...options });

const read = async (response: Response) => new Uint8Array(await response.arrayBuffer());

/** A file server that is a function: its body is made piece by piece, as it is read. */
function fakeFetch(pieces: Iterable<Uint8Array>, headers: Record<string, string> = {}) {
  const iterator = pieces[Symbol.iterator]();
  const pull = (controller: ReadableStreamDefaultController) => {
    const { done, value } = iterator.next();
    if (done) controller.close();
    else controller.enqueue(value);
  };
  return vi.fn<typeof fetch>(async () => {
    const body = new ReadableStream({ pull }, { highWaterMark: 0 });
    return new Response(body, { headers: { 'content-type': 'video/mp4', ...headers } });
  });
}

it('the response has status 200, the type and the length, and the bytes of the file', async () => {
  const server = await serveFile({ bytes: noise(3_000_000) });
  const response = await clientOf(server).download(server.video());
  expect(response.status).toBe(200);
  expect([...response.headers]).toEqual([
    ['content-length', '3000000'],
    ['content-type', 'video/mp4'],
    ['etag', '"v1"'],
  ]);
  expect(sha256(await read(response))).toBe(sha256(server.file.bytes));
});

it('the response has no length if the server sends none', async () => {
  const server = await serveFile({ contentType: null }, [{ chunked: true }]);
  const response = await clientOf(server).download(server.video());
  expect([...response.headers]).toEqual([['etag', '"v1"']]);
  expect(sha256(await read(response))).toBe(sha256(server.file.bytes));
});

it('the response is decoded, and has no length, if the server encodes in spite of being asked not to', async () => {
  const bytes = noise(50_000);
  const zipped = { body: gzipSync(bytes), headers: { 'content-encoding': 'gzip' } };
  const server = await serveFile({ bytes }, [zipped]);
  const response = await clientOf(server).download(server.video());
  expect(server.requests[0]?.headers['accept-encoding']).toBe('identity');
  expect(response.headers.has('content-length')).toBe(false);
  expect(sha256(await read(response))).toBe(sha256(bytes));
});

it('the response is decoded here if the platform does not do it, as in Deno', async () => {
  vi.stubGlobal('Deno', {});
  const bytes = noise(50_000);
  const server = await serveFile({ bytes });
  const answer = (body: Uint8Array<ArrayBuffer>, encoding: string) => async () =>
    new Response(body, { headers: { 'content-encoding': encoding, 'content-length': `${body.length}` } });
  const load = (fetch: VideosClientOptions['fetch']) =>
    clientOf(server, { fetch, maxRetries: 0 }).download(server.video());
  const zipped = new Uint8Array(gzipSync(bytes));
  const response = await load(answer(zipped, 'gzip'));
  expect(response.headers.has('content-length')).toBe(false);
  expect(sha256(await read(response))).toBe(sha256(bytes));
  const cut = await load(answer(zipped.slice(0, 20_000), 'gzip'));
  await expect(read(cut)).rejects.toMatchObject({ name: 'DownloadError' });
  await expect(load(answer(zipped, 'zstd'))).rejects.toMatchObject({
    name: 'DownloadError',
    isTransient: false,
    message: expect.stringContaining('encoded it as "zstd"'),
  });
});

it('the response leaves memory intact that a fetch shares among its chunks', async () => {
  const pool = noise(100);
  const fetch = fakeFetch([pool.subarray(0, 40), new Uint8Array(), pool.subarray(40)]);
  const client = new VideosClient({ apiKey: null, allowPrivateFiles: true, fetch });
  const server = await serveFile();
  expect(sha256(await read(await client.download(server.video())))).toBe(sha256(pool));
  expect(pool).toHaveLength(100);
});

it('the response reads nothing ahead of its reader', async () => {
  let made = 0;
  function* pieces() {
    for (; ; made++) yield new Uint8Array(1000);
  }
  const client = new VideosClient({ apiKey: null, allowPrivateFiles: true, fetch: fakeFetch(pieces()) });
  const server = await serveFile();
  const { body } = await client.download(server.video());
  const reader = body?.getReader();
  for (let reads = 0; reads < 3; reads++) {
    expect(made).toBe(Math.max(0, reads - 1));
    await reader?.read();
  }
  await reader?.cancel();
});

it('a download fetches the task first if only its id is given', async () => {
  const server = await serveFile();
  server.tasks.push(server.video());
  await read(await clientOf(server).download('video_1'));
  expect([server.polls, server.requests.length]).toEqual([1, 1]);
});

it('a download of a task that is not completed is an error that says its status', async () => {
  const server = await serveFile();
  server.tasks.push({ id: 'video_1', status: 'processing' });
  const error = await clientOf(server)
    .download('video_1')
    .catch((reason) => reason);
  expect(error).toBeInstanceOf(DownloadError);
  expect(error.message).toBe(
    'Failed to download the video of task video_1: there is none yet, the task is processing. Wait for it with waitForCompletion("video_1").',
  );
  expect(error).toMatchObject({ taskId: 'video_1', isTransient: true, url: null, status: null });
  expect(server.requests).toEqual([]);
});

it('a download of a task that failed is a VideoFailedError', async () => {
  const server = await serveFile();
  server.tasks.push({ id: 'video_1', status: 'failed', error: 'too dark' });
  await expect(clientOf(server).download('video_1')).rejects.toThrow(VideoFailedError);
});

it.each([
  [undefined],
  [null],
  [7],
  [''],
  ['..'],
  [{}],
  [{ id: 'a', status: 'done' }],
  [{ id: ' ', status: 'completed', video_url: 'https://cdn.example.com/a.mp4' }],
  [{ id: 'a', status: 'completed' }],
])('a download rejects %o in place of a task', async (wrong) => {
  const server = await serveFile();
  await expect(clientOf(server).download(wrong as never)).rejects.toThrow(TypeError);
  expect([server.polls, server.requests.length]).toEqual([0, 0]);
});

it('a download sends neither the key nor the headers of the client, also not after a redirect', async () => {
  const other = await serveFile();
  const server = await serveFile({}, [{ status: 302, headers: { location: other.url() } }]);
  const client = clientOf(server, { headers: { 'x-team': 'blue', cookie: 'a=b' } });
  await read(await client.download(server.video()));
  for (const { headers } of [server.requests[0], other.requests[0]] as [
    { headers: object },
    { headers: object },
  ]) {
    expect(Object.keys(headers)).toContain('host');
    for (const name of ['authorization', 'cookie', 'x-team', 'referer'])
      expect(headers).not.toHaveProperty(name);
  }
});

it('a download uses no credentials and no referrer', async () => {
  const fetch = fakeFetch([noise(10)]);
  const server = await serveFile();
  await new VideosClient({ apiKey: null, allowPrivateFiles: true, fetch }).download(server.video());
  expect(fetch.mock.calls[0]?.[1]).toMatchObject({ credentials: 'omit', referrerPolicy: 'no-referrer' });
});

it.each([
  'ftp://cdn.example.com/a.mp4',
  'file:///etc/passwd',
  'data:video/mp4,',
  'https://me:pw@cdn.example.com/',
])('a download refuses the URL %s', async (video_url) => {
  const fetch = vi.fn<typeof globalThis.fetch>();
  const server = await serveFile();
  const download = new VideosClient({ apiKey: null, allowPrivateFiles: true, fetch }).download({
    ...server.video(),
    video_url,
  });
  await expect(download).rejects.toMatchObject({ name: 'DownloadError', isTransient: false });
  expect(fetch).not.toHaveBeenCalled();
});

it.each(['text/html; charset=utf-8', 'application/json', 'application/xml'])(
  'a download of the type %s is an error that quotes it',
  async (contentType) => {
    const body = `Sorry, ${'so sorry, '.repeat(1000)}`;
    const server = await serveFile({ contentType }, [{ body }]);
    const error = await clientOf(server)
      .download(server.video('/v.mp4?signature=abc'))
      .catch((reason) => reason);
    expect(error).toMatchObject({
      name: 'DownloadError',
      status: 200,
      isTransient: false,
      url: server.url('/v.mp4'),
    });
    expect(error.message).toContain(
      `it is not a video, but ${JSON.stringify(contentType)}: ${body.slice(0, 200)}…`,
    );
    expect(error.message).not.toContain('signature');
  },
);

it.each([
  '<a href="/v.mp4?expires=1&amp;signature=abc">Expired</a>',
  'See https://other.example/b?signature=abc, please.',
])('an error shows no query that a page quotes: %s', async (body) => {
  const server = await serveFile({}, [{ headers: { 'content-type': 'text/html' }, body }]);
  const error = await clientOf(server)
    .download(server.video('/v.mp4?expires=1&signature=abc'))
    .catch((reason) => reason);
  expect(error).toMatchObject({
    name: 'DownloadError',
    message: expect.stringContaining('it is not a video'),
  });
  expect(inspect(error, { depth: 9 })).not.toContain('signature');
});

it('an error shows no query of a URL, even if the error of fetch does', async () => {
  const fetch = async (input: unknown) => Promise.reject(new Error(`cannot reach ${input}`));
  const client = new VideosClient({ apiKey: null, allowPrivateFiles: true, maxRetries: 0, fetch });
  const server = await serveFile();
  const error = await client.download(server.video('/v.mp4?signature=abc')).catch((reason) => reason);
  expect(error).toMatchObject({ name: 'DownloadError', isTransient: true, url: server.url('/v.mp4') });
  expect(error.message).toContain(`cannot reach ${server.url('/v.mp4')})`);
});

const pieces = () => Array.from({ length: 50 }, () => new Uint8Array(10));

it('progress is reported ten times a second at most, and at the end', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const fetch = fakeFetch(pieces(), { 'content-length': '500' });
  const onProgress = vi.fn();
  const server = await serveFile();
  const response = await new VideosClient({ apiKey: null, allowPrivateFiles: true, fetch }).download(
    server.video(),
    { onProgress },
  );
  for await (const _ of response.body ?? []) vi.advanceTimersByTime(30);
  vi.useRealTimers();
  const reported = onProgress.mock.calls.map(([progress]) => progress);
  const at = (receivedBytes: number) => ({ receivedBytes, totalBytes: 500 });
  expect(reported).toEqual([...Array.from({ length: 13 }, (_, i) => at(10 + i * 40)), at(500)]);
});

it('progress has no total if the server sends none', async () => {
  const onProgress = vi.fn();
  const server = await serveFile();
  const client = new VideosClient({ apiKey: null, allowPrivateFiles: true, fetch: fakeFetch(pieces()) });
  await read(await client.download(server.video(), { onProgress }));
  expect(onProgress).toHaveBeenLastCalledWith({ receivedBytes: 500, totalBytes: null });
});

it.each([
  [
    'throws',
    () => {
      throw new Error('no room on the screen');
    },
  ],
  ['rejects', () => Promise.reject(new Error('no room on the screen'))],
])('a progress callback that %s ends the download with its error', async (_, onProgress) => {
  const server = await serveFile();
  const response = await clientOf(server).download(server.video(), { onProgress });
  await expect(read(response)).rejects.toThrow('no room on the screen');
});
