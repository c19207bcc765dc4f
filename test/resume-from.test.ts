import { gzipSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { VideosClient } from '../src/client.ts';
import type { VideosClientOptions } from '../src/options/client-options.ts';
import type { DownloadOptions } from '../src/options/download-options.ts';
import { failureOf } from './helpers/failure-of.ts';
import { type FileServer, noise, serveFile, sha256 } from './helpers/file-server.ts';

vi.mock(import('../src/internal/sleep.ts'), async (original) => ({
  ...(await original()),
  sleep: async () => {},
}));

const OLD = 'Wed, 21 Oct 2015 07:28:00 GMT';

const clientOf = (server: FileServer, options?: VideosClientOptions) =>
  new VideosClient({ apiKey: null, baseUrl: server.baseUrl, fetch: server.fetch, ...options });

async function resume(
  server: FileServer,
  offset: number,
  validator?: string | null,
  more: DownloadOptions = {},
) {
  const resumeFrom = { offset, validator };
  const response = await clientOf(server).download(server.video(), { ...more, resumeFrom });
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, headers: Object.fromEntries(response.headers), bytes };
}

it('a download resumes from an offset if the file is still the same', async () => {
  const server = await serveFile();
  const { status, headers, bytes } = await resume(server, 60_000, '"v1"');
  expect([status, headers]).toEqual([
    206,
    {
      'content-length': '40000',
      'content-range': 'bytes 60000-99999/100000',
      'content-type': 'video/mp4',
      etag: '"v1"',
    },
  ]);
  expect(sha256(bytes)).toBe(sha256(server.file.bytes.subarray(60_000)));
});

it('a download resumes by the date of the last change, too', async () => {
  const server = await serveFile({ etag: null, lastModified: OLD });
  const { status, headers } = await resume(server, 60_000, OLD);
  expect([status, headers['last-modified']]).toEqual([206, OLD]);
});

it('a download of which nothing is missing resolves with an empty 206', async () => {
  const server = await serveFile();
  const { status, headers, bytes } = await resume(server, 100_000, '"v1"');
  expect([status, bytes.length, headers['content-length']]).toEqual([206, 0, '0']);
});

it.each([
  ['has another ETag', 60_000, '"v0"'],
  ['is identified by a weak validator', 60_000, 'W/"v1"'],
  ['is identified by a word', 60_000, 'v1'],
  ['is identified by nothing', 60_000, undefined],
  ['is identified by null', 60_000, null],
  ['is shorter than the offset', 100_001, '"v1"'],
  ['is much shorter than the offset', 200_000, '"v1"'],
  ['is to be downloaded from its start', 0, '"v1"'],
])('a file that %s is downloaded from its start with status 200', async (_, offset, validator) => {
  const server = await serveFile();
  const { status, headers, bytes } = await resume(server, offset, validator);
  expect([status, headers['content-range']]).toEqual([200, undefined]);
  expect(sha256(bytes)).toBe(sha256(server.file.bytes));
});

it('a server that ignores ranges, but has the same file, resumes all the same', async () => {
  const server = await serveFile({}, [{ ignoreRange: true }, { ignoreRange: true }]);
  const { status, bytes } = await resume(server, 60_000, '"v1"');
  expect(status).toBe(206);
  expect(sha256(bytes)).toBe(sha256(server.file.bytes.subarray(60_000)));
});

it('a resumed download that drops resumes again, and its progress counts positions in the file', async () => {
  const server = await serveFile({}, [{ dropAfter: 1000 }]);
  const onProgress = vi.fn();
  const { bytes } = await resume(server, 60_000, '"v1"', { onProgress });
  expect(sha256(bytes)).toBe(sha256(server.file.bytes.subarray(60_000)));
  expect(onProgress.mock.calls[0]?.[0].receivedBytes).toBeGreaterThan(60_000);
  expect(onProgress).toHaveBeenLastCalledWith({ receivedBytes: 100_000, totalBytes: 100_000 });
});

it.each([
  ['etag', { etag: 'W/"v1"' }, {}],
  ['etag', { etag: null }, {}],
  ['etag', {}, { headers: { 'content-encoding': 'gzip' }, body: gzipSync(noise(100)) }],
  ['last-modified', { etag: null, lastModified: new Date(Date.now() + 1e6).toUTCString() }, {}],
])('a response has no %s that could not serve as a validator', async (name, file, fault) => {
  const server = await serveFile(file, [fault]);
  const response = await clientOf(server).download(server.video());
  expect(response.headers.get(name)).toBeNull();
  await response.body?.cancel();
});

it.each([
  ['offset', { offset: -1 }, RangeError],
  ['offset', { offset: 1.5 }, RangeError],
  ['offset', { offset: '1' }, TypeError],
  ['validator', { offset: 1, validator: 7 }, TypeError],
  ['unknown', { offset: 1, etag: '"v1"' }, TypeError],
])('a wrong %s of resumeFrom is refused', async (_, resumeFrom, type) => {
  const server = await serveFile();
  const download = clientOf(server).download(server.video(), { resumeFrom: resumeFrom as never });
  await expect(download).rejects.toThrow(type);
  expect(server.requests).toEqual([]);
});

it('a file that is longer than maxBytes by its headers is refused before its bytes', async () => {
  const server = await serveFile();
  const download = clientOf(server).download(server.video(), { maxBytes: 99_999 });
  expect(await failureOf(download)).toMatchObject({
    name: 'DownloadError',
    isTransient: false,
    message: expect.stringMatching(
      /it is longer than maxBytes \(99999\)\. Raise maxBytes if you trust this file\.$/,
    ),
  });
  expect((await resume(server, 0, null, { maxBytes: 100_000 })).bytes).toHaveLength(100_000);
});

it('a file that is longer than maxBytes, whatever its headers say, ends at that byte', async () => {
  const server = await serveFile({}, [{ chunked: true }]);
  const response = await clientOf(server).download(server.video(), { maxBytes: 99_999 });
  await expect(response.arrayBuffer()).rejects.toMatchObject({ name: 'DownloadError', isTransient: false });
});

it('a resumed part counts for maxBytes', async () => {
  const server = await serveFile();
  const options = { resumeFrom: { offset: 60_000, validator: '"v1"' }, maxBytes: 50_000 };
  await expect(clientOf(server).download(server.video(), options)).rejects.toThrow('maxBytes');
});
