import { Readable } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { VideosClient } from '../src/client.ts';
import type { Fetch, FetchResponse } from '../src/options/client-options.ts';
import { noise, serveFile, sha256 } from './helpers/file-server.ts';

const BYTES = noise(100_000, 11);

/** A response of a fetch whose body is not a stream of the platform. */
const responseWith = (more: Partial<FetchResponse>, headers: Record<string, string> = {}): FetchResponse => ({
  status: 200,
  statusText: 'OK',
  url: '',
  headers: new Headers({ 'content-type': 'video/mp4', 'content-length': `${BYTES.length}`, ...headers }),
  text: async () => '',
  arrayBuffer: async () => BYTES.slice().buffer,
  ...more,
});

async function load(fetch: Fetch) {
  const server = await serveFile();
  const client = new VideosClient({ apiKey: null, baseUrl: server.baseUrl, fetch, maxRetries: 0 });
  const response = await client.download(server.video());
  return sha256(new Uint8Array(await response.arrayBuffer()));
}

it('a fetch whose responses have a stream of Node for a body downloads a video', async () => {
  const pieces = [BYTES.subarray(0, 10), BYTES.subarray(10, 70_000), BYTES.subarray(70_000)];
  expect(await load(async () => responseWith({ body: Readable.from(pieces) }))).toBe(sha256(BYTES));
});

it.each([undefined, null])('a fetch whose responses have %s for a body downloads a video', async (body) => {
  expect(await load(async () => responseWith({ body }))).toBe(sha256(BYTES));
});

it('a fetch that returns no response is named as the reason', async () => {
  await expect(load(async () => undefined as never)).rejects.toMatchObject({
    name: 'DownloadError',
    message: expect.stringContaining(
      'Invalid result of the option fetch: it is undefined. Expected a Response.',
    ),
  });
});

it('a stream of Node that breaks is an error, and never a shorter video', async () => {
  async function* broken() {
    yield BYTES.subarray(0, 10);
    throw new Error('connection reset');
  }
  const download = load(async () => responseWith({ body: Readable.from(broken()) }));
  await expect(download).rejects.toMatchObject({
    name: 'DownloadError',
    message: expect.stringContaining('connection reset'),
  });
});

it('a stream of Node is destroyed when the download is cancelled', async () => {
  const stream = Readable.from([BYTES.subarray(0, 10), BYTES.subarray(10)]);
  const server = await serveFile();
  const fetch = async () => responseWith({ body: stream });
  const client = new VideosClient({ apiKey: null, baseUrl: server.baseUrl, fetch });
  const { body } = await client.download(server.video());
  await body?.cancel();
  expect(stream.destroyed).toBe(true);
});

it('a body is downloaded even if streams of bytes do not exist, as in older Safari', async () => {
  const response = new Response(BYTES.slice());
  const Original = ReadableStream;
  function WithoutBytes(source?: UnderlyingDefaultSource | UnderlyingByteSource, strategy?: QueuingStrategy) {
    if (source?.type === 'bytes') throw new TypeError('not supported');
    return new Original(source as UnderlyingDefaultSource, strategy);
  }
  WithoutBytes.prototype = Original.prototype;
  vi.stubGlobal('ReadableStream', WithoutBytes);
  const server = await serveFile();
  const client = new VideosClient({ apiKey: null, baseUrl: server.baseUrl, fetch: async () => response });
  const reader = (await client.download(server.video())).body?.getReader();
  expect((await reader?.read())?.value).toEqual(BYTES);
  expect((await reader?.read())?.done).toBe(true);
  vi.unstubAllGlobals();
});

it.each(['aws-chunked', 'AWS-chunked', 'identity', 'none', 'aws-chunked, gzip'])(
  'the coding %s, which no fetch decodes, costs neither length nor resuming',
  async (coding) => {
    const server = await serveFile({}, [{ dropAfter: 1000, headers: { 'content-encoding': coding } }]);
    for (const deno of [false, true]) {
      if (deno) vi.stubGlobal('Deno', {});
      const fetch: Fetch = async () =>
        responseWith({ body: new Response(BYTES.slice()).body }, { 'content-encoding': coding });
      const client = new VideosClient({ apiKey: null, baseUrl: server.baseUrl, fetch });
      const response = await client.download(server.video());
      expect(response.headers.get('content-length')).toBe('100000');
      expect(sha256(new Uint8Array(await response.arrayBuffer()))).toBe(sha256(BYTES));
    }
    vi.unstubAllGlobals();
  },
);
