import { buildVideo } from 'videos-client/testing';
import { expect, it, vi } from 'vitest';
import { VideosClient } from '../src/client.ts';
import type { VideosClientOptions } from '../src/options/client-options.ts';
import { failureOf } from './helpers/failure-of.ts';
import { serveFile, sha256 } from './helpers/file-server.ts';

const video = (video_url: string) => buildVideo({ id: 'video_1', video_url });

const BYTES = new Uint8Array([0, 0, 0, 32, 0x66, 0x74, 0x79, 0x70]);

/** Downloads with a fetch that answers for any host; resolves to the URLs that were requested. */
async function load(url: string, options: VideosClientOptions = {}, redirects: string[] = []) {
  const requested: string[] = [];
  const fetch = vi.fn(async (input: string) => {
    requested.push(input);
    const location = redirects[requested.length - 1];
    if (location !== undefined) return new Response(null, { status: 302, headers: { location } });
    return new Response(BYTES, { headers: { 'content-type': 'video/mp4' } });
  });
  const client = new VideosClient({ apiKey: null, baseUrl: 'https://api.example.com', fetch, ...options });
  const outcome = await client.download(video(url)).then(
    async (response) => (await response.arrayBuffer()).byteLength,
    (error) => error,
  );
  return { outcome, requested };
}

const refused = (host: string) =>
  expect.objectContaining({
    name: 'DownloadError',
    isTransient: false,
    message: expect.stringContaining(host),
  });

it.each(['127.0.0.1', 'localhost', '10.0.0.1', '[::1]', '169.254.169.254'])(
  'a file on %s is refused before connecting where the API is public',
  async (host) => {
    const { outcome, requested } = await load(`http://${host}/v.mp4`);
    expect(outcome).toEqual(refused(host));
    expect(requested).toEqual([]);
  },
);

it.each([
  ['10.0.0.1', 'is a private host. Pass allowPrivateFiles: true to the client if files may come from there.'],
  [
    '169.254.1.1',
    'is a link-local host. Only a client whose baseUrl is on such a host fetches files from there.',
  ],
  ['me@cdn.example.com', 'the URL has a user or a password in it. Check the video_url of the task.'],
])('the error of a file on %s says what to do', async (host, message) => {
  const { outcome } = await load(`http://${host}/v.mp4`);
  expect(outcome).toEqual(refused(message));
});

it('a file on a private host is fetched with allowPrivateFiles, or if the API itself is on one', async () => {
  const url = 'http://10.0.0.1/v.mp4';
  expect((await load(url, { allowPrivateFiles: true })).outcome).toBe(8);
  expect((await load(url, { baseUrl: 'http://localhost:8080' })).outcome).toBe(8);
  const denied = await load(url, { baseUrl: 'http://localhost:8080', allowPrivateFiles: false });
  expect(denied.outcome).toEqual(refused('10.0.0.1'));
});

it('a file on a link-local host is fetched only if the API itself is on one', async () => {
  const url = 'http://169.254.169.254/v.mp4';
  expect((await load(url, { allowPrivateFiles: true })).outcome).toEqual(refused('169.254.169.254'));
  expect((await load(url, { baseUrl: 'http://127.0.0.1' })).outcome).toEqual(refused('169.254.169.254'));
  expect((await load(url, { baseUrl: 'http://169.254.1.1' })).outcome).toBe(8);
});

it('a redirect to a private host is not followed', async () => {
  const { outcome, requested } = await load('https://cdn.example.com/v.mp4', {}, [
    'https://other.example.com/v.mp4',
    'http://169.254.169.254/latest/meta-data',
  ]);
  expect(outcome).toEqual(refused('169.254.169.254'));
  expect(requested).toEqual(['https://cdn.example.com/v.mp4', 'https://other.example.com/v.mp4']);
});

it.each([
  ['ftp://other.example.com/v.mp4', 'the URL is not http(s)'],
  ['https://me:pw@other.example.com/v.mp4', 'a user or a password'],
])('a redirect to %s is not followed', async (location, reason) => {
  const { outcome, requested } = await load('https://cdn.example.com/v.mp4', {}, [location]);
  expect(outcome).toEqual(refused(reason));
  expect(requested).toHaveLength(1);
});

it('a relative redirect is followed, five at most', async () => {
  const hops = ['/1', '/2', '/3', '/4', '/5'];
  const { outcome, requested } = await load('https://cdn.example.com/v.mp4', {}, hops);
  expect([outcome, requested.at(-1)]).toEqual([8, 'https://cdn.example.com/5']);
  const tooMany = await load('https://cdn.example.com/v.mp4', {}, [...hops, '/6']);
  expect(tooMany.outcome).toEqual(refused('it was redirected more than 5 times'));
  expect(tooMany.requested).toHaveLength(6);
});

it('a fetch that follows redirects by itself is checked at their end', async () => {
  const fetch = async () =>
    Object.defineProperty(new Response(BYTES), 'url', { value: 'http://10.0.0.1/v.mp4' });
  const { outcome } = await load('https://cdn.example.com/v.mp4', { fetch });
  expect(outcome).toEqual(refused('10.0.0.1'));
});

it('a redirect that a browser hides is followed by the browser, and checked at its end', async () => {
  const modes: (string | undefined)[] = [];
  const fetch = async (_: string, { redirect }: { redirect?: string }) => {
    modes.push(redirect);
    const isHidden = redirect === 'manual';
    const response = new Response(isHidden ? null : BYTES);
    const url = isHidden ? 'https://cdn.example.com/v.mp4' : 'https://other.example.com/v.mp4';
    return Object.defineProperties(response, {
      type: { value: isHidden ? 'opaqueredirect' : 'cors' },
      status: { value: isHidden ? 0 : 200 },
      url: { value: url },
    });
  };
  expect((await load('https://cdn.example.com/v.mp4', { fetch })).outcome).toBe(8);
  expect(modes).toEqual(['manual', 'follow']);
});

it('a redirect carries no Referer, and the range of a part', async () => {
  const other = await serveFile({}, [{ dropAfter: 10 }]);
  const redirect = { status: 302, headers: { location: other.url() } };
  const server = await serveFile({}, [redirect, redirect]);
  const client = new VideosClient({ apiKey: null, baseUrl: server.baseUrl, fetch: other.fetch });
  const response = await client.download(server.video());
  expect(sha256(new Uint8Array(await response.arrayBuffer()))).toBe(sha256(other.file.bytes));
  expect(other.requests.map(({ range, headers }) => [range, headers.referer])).toEqual([
    [undefined, undefined],
    ['bytes=10-', undefined],
  ]);
});

it('the error of a refused host has no key and no query in it', async () => {
  const error = await failureOf<Error>(
    new VideosClient({ apiKey: null }).download(video('http://localhost/v.mp4?signature=abc')),
  );
  expect(error.message).toContain('http://localhost/v.mp4: localhost is a private host');
  expect(error.message).not.toContain('signature');
});
