import {
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { VideosClient } from '../src/client.ts';
import { saveVideo } from '../src/node/save-video.ts';
import type { VideosClientOptions } from '../src/options/client-options.ts';
import type { DownloadProgress } from '../src/options/download-options.ts';
import { failureOf } from './helpers/failure-of.ts';
import { type FileServer, noise, serveFile, sha256 } from './helpers/file-server.ts';
import { scratch } from './helpers/scratch.ts';

vi.mock(import('../src/internal/sleep.ts'), async (original) => ({
  ...(await original()),
  sleep: async () => {},
}));

const clientOf = (server: FileServer, options?: VideosClientOptions) =>
  new VideosClient({ apiKey: null, baseUrl: server.baseUrl, fetch: server.fetch, maxRetries: 0, ...options });

const hashOf = async (path: string) => sha256(await readFile(path));
const partials = async (folder: string) =>
  (await readdir(folder)).filter((name) => name.endsWith('.partial'));

/** A save that was cut off after 50,000 bytes. */
async function cutOff(change: Parameters<typeof serveFile>[0] = {}) {
  const folder = await scratch();
  const server = await serveFile(change, [{ dropAfter: 50_000 }]);
  const path = join(folder, 'movie.mp4');
  const save = () => saveVideo(clientOf(server), server.video(), path);
  expect(await failureOf(save())).toMatchObject({ name: 'DownloadError', receivedBytes: 50_000 });
  return { folder, server, path, save };
}

it('a save resumes from what a failed one with the same arguments left', async () => {
  const { folder, server, path, save } = await cutOff();
  expect(await partials(folder)).toEqual([
    expect.stringMatching(/^\.movie\.mp4\.[0-9a-f]{16}\.[\w-]+\.free-[0-9a-f]{6}\.partial$/),
  ]);
  expect(await save()).toMatchObject({ path, bytes: 100_000 });
  expect(server.requests.at(-1)).toMatchObject({ range: 'bytes=49999-', ifRange: '"v1"' });
  expect(await hashOf(path)).toBe(sha256(server.file.bytes));
  expect(await readdir(folder)).toEqual(['movie.mp4']);
});

it('a save resumes from the longest of several partial files, and removes the others', async () => {
  const { folder, server, path, save } = await cutOff();
  const [left = ''] = await partials(folder);
  for (const length of [10, 49_000]) {
    const other = left.replace(/free-\w+/, `free-${length}`);
    await writeFile(join(folder, other), server.file.bytes.subarray(0, length));
  }
  await save();
  expect(server.requests.at(-1)?.range).toBe('bytes=49999-');
  expect(await hashOf(path)).toBe(sha256(server.file.bytes));
  expect(await readdir(folder)).toEqual(['movie.mp4']);
});

it('a save resumes from the length that a partial file has once it is taken over', async () => {
  const { folder, server, path, save } = await cutOff();
  const steps = createRequire(import.meta.url)('node:fs/promises') as typeof import('node:fs/promises');
  const { rename } = steps;
  onTestFinished(() => {
    steps.rename = rename;
    syncBuiltinESMExports();
  });
  steps.rename = async (from, to) => {
    steps.rename = rename;
    syncBuiltinESMExports();
    await truncate(from, 1_000);
    await rename(from, to);
  };
  syncBuiltinESMExports();
  await save();
  expect(server.requests.at(-1)?.range).toBe('bytes=999-');
  expect(await hashOf(path)).toBe(sha256(server.file.bytes));
  expect(await readdir(folder)).toEqual(['movie.mp4']);
});

it('a save whose last step failed resumes from the whole video', async () => {
  const folder = await scratch();
  const server = await serveFile();
  const target = join(folder, 'video_1.mp4');
  const save = (onProgress?: () => unknown) =>
    saveVideo(clientOf(server), server.video(), folder, { ifExists: 'overwrite', onProgress });
  expect(await failureOf(save(() => mkdir(target, { recursive: true })))).toMatchObject({ code: 'EISDIR' });
  await rmdir(target);
  expect(await save()).toMatchObject({ path: target, bytes: 100_000 });
  expect(server.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=99999-']);
  expect(await hashOf(target)).toBe(sha256(server.file.bytes));
  expect(await readdir(folder)).toEqual(['video_1.mp4']);
});

it('a save resumes from what one with a failing callback left, whatever it threw', async () => {
  const folder = await scratch();
  const server = await serveFile({ bytes: noise(300_000) });
  const mark = Object.assign(new Error('the mark is there'), { code: 'EEXIST' });
  const onProgress = ({ receivedBytes, totalBytes }: DownloadProgress) => {
    if (receivedBytes === totalBytes) throw mark;
  };
  const save = saveVideo(clientOf(server), server.video(), folder, { onProgress });
  expect(await failureOf(save)).toBe(mark);
  await saveVideo(clientOf(server), server.video(), folder);
  expect(server.requests.at(-1)?.range).toBe('bytes=299999-');
});

it('a save leaves nothing behind if another has saved the video meanwhile', async () => {
  const { folder, server, path, save } = await cutOff();
  await writeFile(path, server.file.bytes);
  expect(await failureOf(save())).toMatchObject({ code: 'EEXIST', path });
  expect(await readdir(folder)).toEqual(['movie.mp4']);
});

it('what has come is on the disk within a second or so, however slowly it comes', async () => {
  const folder = await scratch();
  const server = await serveFile();
  let clock = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
  let end = () => {};
  const isEnd = new Promise<void>((resolve) => (end = resolve));
  const pieces = [300, 200, 100].map((length) => new Uint8Array(length));
  const pull = async (controller: ReadableStreamDefaultController) => {
    const piece = pieces.shift();
    if (piece === undefined) return isEnd.then(() => controller.close());
    clock += 600;
    controller.enqueue(piece);
  };
  const client = {
    getResult: async () => server.video(),
    download: async () => new Response(new ReadableStream({ pull }, { highWaterMark: 0 })),
  };
  const save = saveVideo(client, server.video(), folder);
  const sizes = async () =>
    Promise.all((await partials(folder)).map(async (name) => (await stat(join(folder, name))).size));
  await expect.poll(sizes).toEqual([600]);
  end();
  expect(await save).toMatchObject({ bytes: 600 });
});

it('a save begins again if the server has another file by now', async () => {
  const { folder, server, path, save } = await cutOff();
  Object.assign(server.file, { bytes: noise(60_000, 2), etag: '"v2"' });
  expect(await save()).toMatchObject({ bytes: 60_000 });
  expect(await hashOf(path)).toBe(sha256(server.file.bytes));
  expect(await readdir(folder)).toEqual(['movie.mp4']);
});

it('the progress of a save counts what was there already, if the file is the same', async () => {
  const { server, path } = await cutOff();
  const seen: number[] = [];
  const options = { onProgress: ({ receivedBytes }: DownloadProgress) => void seen.push(receivedBytes) };
  server.faults.push({ dropAfter: 10 });
  await failureOf(saveVideo(clientOf(server), server.video(), path, options));
  expect(seen).toEqual([50_009]);
  Object.assign(server.file, { bytes: noise(40_000, 2), etag: '"v2"' });
  // The answer to the range, then that to the request for the whole file.
  server.faults.push({}, { dropAfter: 10 });
  await saveVideo(clientOf(server, { maxRetries: 1 }), server.video(), path, options);
  expect(seen[1]).toBe(10);
  expect(seen.at(-1)).toBe(40_000);
});

it('a save leaves nothing behind if the server gives nothing to know the file by', async () => {
  const { folder } = await cutOff({ etag: null });
  expect(await readdir(folder)).toEqual([]);
});

it('a save of another task, or to another path, resumes from nothing', async () => {
  const { folder, server } = await cutOff();
  await saveVideo(clientOf(server), { ...server.video(), id: 'video_2' }, join(folder, 'movie.mp4'));
  await saveVideo(clientOf(server), server.video(), join(folder, 'other.mp4'));
  expect(server.requests.map(({ range }) => range)).toEqual([undefined, undefined, undefined]);
  expect(await partials(folder)).toHaveLength(1);
});

it('a save completes in one call if the server ignores ranges', async () => {
  const folder = await scratch();
  const server = await serveFile({}, [
    { dropAfter: 50_000 },
    { ignoreRange: true, dropAfter: 60_000 },
    { ignoreRange: true },
  ]);
  const onProgress = vi.fn();
  const { path } = await saveVideo(clientOf(server, { maxRetries: 1 }), server.video(), folder, {
    onProgress,
  });
  expect(await hashOf(path)).toBe(sha256(server.file.bytes));
  const received = onProgress.mock.calls.map(([{ receivedBytes }]) => receivedBytes);
  expect(received).toEqual([...received].sort((a, b) => a - b));
});

it('a save downloads the file again that cannot be resumed, also by a client of another copy of the package', async () => {
  vi.resetModules();
  const copy = await import('../src/client.ts');
  expect(copy.VideosClient).not.toBe(VideosClient);
  const folder = await scratch();
  const server = await serveFile({ etag: null }, [{ dropAfter: 50_000 }]);
  const { baseUrl, fetch } = server;
  const client = new copy.VideosClient({ apiKey: null, baseUrl, fetch, maxRetries: 1 });
  const { path } = await saveVideo(client, server.video(), folder);
  expect(await hashOf(path)).toBe(sha256(server.file.bytes));
  expect(server.requests.map(({ range }) => range)).toEqual([undefined, undefined]);
});

it('a save whose bytes come again makes no progress until it gets further than before', async () => {
  const folder = await scratch();
  const drop = { ignoreRange: true, dropAfter: 50_000 };
  const server = await serveFile({}, [drop, drop, drop, drop, drop, drop]);
  const error = await failureOf(saveVideo(clientOf(server, { maxRetries: 2 }), server.video(), folder));
  expect(error).toMatchObject({ name: 'DownloadError', receivedBytes: 50_000 });
  expect(server.requests).toHaveLength(3);
});

it('what a process that is still running is writing is left alone, and what a dead one left is not', async () => {
  const { folder, server, save } = await cutOff();
  const [left = ''] = await partials(folder);
  const { pid } = process;
  // This process, started at another time: its number was given out again since.
  const host = (await import('../src/node/file-name.ts')).hash(hostname()).slice(0, 8);
  const elsewhere = left.replace(/free-\w+/, `00000000-${pid}-1-aa`);
  await rename(join(folder, left), join(folder, elsewhere));
  await save();
  expect(server.requests.at(-1)?.range).toBeUndefined();
  expect(await partials(folder)).toEqual([elsewhere]);
  await rm(join(folder, 'movie.mp4'));
  // A process whose start was unknown then, or is unknown now, may still be running.
  const withoutStart = elsewhere.replace(/00000000-\d+-1/, `${host}-${pid}-`);
  await rename(join(folder, elsewhere), join(folder, withoutStart));
  await save();
  expect(server.requests.at(-1)?.range).toBeUndefined();
  expect(await partials(folder)).toEqual([withoutStart]);
  await rm(join(folder, 'movie.mp4'));
  await rename(join(folder, withoutStart), join(folder, withoutStart.replace('--', '-1-')));
  await save();
  expect(server.requests.at(-1)?.range).toBe('bytes=49999-');
  expect(await readdir(folder)).toEqual(['movie.mp4']);
});

it('a save renews an expired URL under the id that it was given: gateways have ids of their own', async () => {
  const folder = await scratch();
  const server = await serveFile({}, [{ status: 403 }]);
  server.tasks.push(
    { ...server.video(), id: 'upstream_42' },
    { ...server.video('/renewed.mp4'), id: 'upstream_42' },
  );
  const polled: string[] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (String(input).includes('/result/')) polled.push(String(input).replace(/.*\//, ''));
    return server.fetch(input, init);
  };
  const saved = await saveVideo(clientOf(server, { fetch }), 'task_mine', `${folder}/`);
  expect(saved).toMatchObject({ path: join(folder, 'task_mine.mp4'), bytes: 100_000 });
  expect(polled).toEqual(['task_mine', 'task_mine']);
});

it('a save never resumes from a link', async () => {
  const { folder, server, path, save } = await cutOff();
  const [partial = ''] = await partials(folder);
  await rm(join(folder, partial));
  const other = join(folder, 'other.mp4');
  await writeFile(other, noise(50_000, 3));
  await symlink(other, join(folder, partial));
  await save();
  expect(await hashOf(path)).toBe(sha256(server.file.bytes));
  expect(await hashOf(other)).toBe(sha256(noise(50_000, 3)));
});
