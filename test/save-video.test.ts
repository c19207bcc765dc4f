import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, it, vi } from 'vitest';
import { VideosClient } from '../src/client.ts';
import { saveVideo, type VideoDownloader } from '../src/node/save-video.ts';
import type { VideosClientOptions } from '../src/options/client-options.ts';
import type { Video } from '../src/video.ts';
import { failureOf } from './helpers/failure-of.ts';
import { type FileServer, noise, serveFile, sha256 } from './helpers/file-server.ts';
import { openFiles, scratch } from './helpers/scratch.ts';

vi.mock(import('../src/internal/sleep.ts'), async (original) => ({
  ...(await original()),
  sleep: async () => {},
}));

const clientOf = (server: FileServer, options?: VideosClientOptions) =>
  new VideosClient({ apiKey: null, baseUrl: server.baseUrl, fetch: server.fetch, maxRetries: 0, ...options });

const hashOf = async (path: string) => sha256(await readFile(path));
it('a saved file is the whole video, with no other file next to it, in folders that are made', async () => {
  const folder = await scratch();
  const server = await serveFile({ bytes: noise(5_000_000) });
  const path = join(folder, 'a', 'b', 'movie.mp4');
  const saved = await saveVideo(clientOf(server), server.video(), relative(process.cwd(), path));
  expect(saved).toEqual({
    path,
    bytes: 5_000_000,
    kept: false,
    contentType: 'video/mp4',
    video: server.video(),
  });
  expect(await hashOf(path)).toBe(sha256(server.file.bytes));
  expect(await readdir(join(folder, 'a', 'b'))).toEqual(['movie.mp4']);
});

it('a saved file is named after the task, with an extension for its type, if the path is a folder', async () => {
  const folder = await scratch();
  const server = await serveFile({ contentType: 'Video/WebM; codecs=vp9' });
  server.tasks.push(server.video());
  const { path } = await saveVideo(clientOf(server), 'video_1', folder);
  expect(path).toBe(join(folder, 'video_1.webm'));
  const other = await saveVideo(clientOf(server), 'video_1', `${join(folder, 'new')}/`);
  expect(other.path).toBe(join(folder, 'new', 'video_1.webm'));
});

it.each([
  ['../../etc/passwd', /^______etc_passwd-[0-9a-f]{16}\.mp4$/],
  ['.hidden', /^_hidden-[0-9a-f]{16}\.mp4$/],
  ['a\\b:c*d', /^a_b_c_d-[0-9a-f]{16}\.mp4$/],
  ['con', /^con-[0-9a-f]{16}\.mp4$/],
  ['видео', /^_____-[0-9a-f]{16}\.mp4$/],
  ['x'.repeat(500), /^x{100}-[0-9a-f]{16}\.mp4$/],
  ['proj_12-34', /^proj_12-34\.mp4$/],
])('a saved file of the task %s has a name that is safe', async (id, expected) => {
  const folder = await scratch();
  const server = await serveFile();
  await saveVideo(clientOf(server), { ...server.video(), id }, folder);
  expect(await readdir(folder)).toEqual([expect.stringMatching(expected)]);
});

it('an existing file is kept by default, and nothing is requested', async () => {
  const path = join(await scratch(), 'movie.mp4');
  await writeFile(path, 'mine');
  const server = await serveFile();
  const error = await failureOf(saveVideo(clientOf(server), 'video_1', path));
  expect(error).toMatchObject({
    code: 'EEXIST',
    path,
    message: expect.stringContaining("ifExists: 'overwrite'"),
  });
  expect(await readFile(path, 'utf8')).toBe('mine');
  expect([server.polls, server.requests.length]).toEqual([0, 0]);
});

it.each(['video_1.mp4', 'video_1.webm', 'video_1.mov'])(
  'an existing %s is one that a save to its folder can get, and is kept by default',
  async (name) => {
    const folder = await scratch();
    await writeFile(join(folder, name), 'mine');
    const server = await serveFile();
    const error = await failureOf(saveVideo(clientOf(server), 'video_1', folder));
    expect(error).toMatchObject({ code: 'EEXIST', path: join(folder, name) });
    expect(await readFile(join(folder, name), 'utf8')).toBe('mine');
    expect([server.polls, server.requests.length]).toEqual([0, 0]);
  },
);

it('an existing file is accepted with ifExists keep, and nothing is requested', async () => {
  const folder = await scratch();
  const path = join(folder, 'video_1.webm');
  await writeFile(path, 'mine');
  const server = await serveFile();
  const keep = (video: string | Video, to: string) =>
    saveVideo(clientOf(server), video, to, { ifExists: 'keep' });
  const kept = { path, bytes: 4, contentType: null, kept: true };
  expect(await keep('video_1', folder)).toEqual({ ...kept, video: null });
  expect(await keep(server.video(), path)).toEqual({ ...kept, video: server.video() });
  expect([server.polls, server.requests.length]).toEqual([0, 0]);
  expect(await readdir(folder)).toEqual(['video_1.webm']);
});

it('a file that appears during the download is accepted with ifExists keep', async () => {
  const folder = await scratch();
  const path = join(folder, 'movie.mp4');
  const server = await serveFile();
  const onProgress = () => writeFile(path, 'mine');
  const saved = await saveVideo(clientOf(server), server.video(), path, { onProgress, ifExists: 'keep' });
  expect(saved).toMatchObject({ path, bytes: 4, kept: true });
  expect(await readdir(folder)).toEqual(['movie.mp4']);
});

it('a folder with the name of the file is not a file to keep', async () => {
  const folder = await scratch();
  await mkdir(join(folder, 'video_1.mp4'));
  const server = await serveFile();
  const error = await failureOf(saveVideo(clientOf(server), 'video_1', folder, { ifExists: 'keep' }));
  expect(error).toMatchObject({ code: 'EEXIST', path: join(folder, 'video_1.mp4') });
});

it('a file that appears during the download is kept', async () => {
  const folder = await scratch();
  const path = join(folder, 'movie.mp4');
  const server = await serveFile();
  const onProgress = () => writeFile(path, 'mine');
  const error = await failureOf(saveVideo(clientOf(server), server.video(), path, { onProgress }));
  expect(error).toMatchObject({ code: 'EEXIST', path });
  expect(await readFile(path, 'utf8')).toBe('mine');
  expect(await readdir(folder)).toEqual(['movie.mp4']);
});

it('an existing file is replaced with ifExists overwrite, once the video is complete', async () => {
  const folder = await scratch();
  const path = join(folder, 'movie.mp4');
  await writeFile(path, 'old');
  const server = await serveFile({}, [{ dropAfter: 10 }]);
  await failureOf(saveVideo(clientOf(server), server.video(), path, { ifExists: 'overwrite' }));
  expect(await readFile(path, 'utf8')).toBe('old');
  await saveVideo(clientOf(server), server.video(), path, { ifExists: 'overwrite' });
  expect(await hashOf(path)).toBe(sha256(server.file.bytes));
  expect(await readdir(folder)).toEqual(['movie.mp4']);
});

it('two saves to one path at once never mix: one succeeds, and the other gets EEXIST', async () => {
  const folder = await scratch();
  const path = join(folder, 'movie.mp4');
  const server = await serveFile({ bytes: noise(3_000_000) });
  const save = () => saveVideo(clientOf(server, { fetch }), server.video(), path);
  const outcomes = await Promise.allSettled([save(), save(), save()]);
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : []));
  expect(reasons).toEqual(['EEXIST', 'EEXIST']);
  expect(await hashOf(path)).toBe(sha256(server.file.bytes));
  expect(await readdir(folder)).toEqual(['movie.mp4']);
});

it('two saves to one path at once both succeed with ifExists overwrite', async () => {
  const folder = await scratch();
  const path = join(folder, 'movie.mp4');
  const server = await serveFile({ bytes: noise(3_000_000) });
  const save = () => saveVideo(clientOf(server, { fetch }), server.video(), path, { ifExists: 'overwrite' });
  await Promise.all([save(), save()]);
  expect(await hashOf(path)).toBe(sha256(server.file.bytes));
  expect(await readdir(folder)).toEqual(['movie.mp4']);
});

it('a task that is not completed leaves nothing behind', async () => {
  const folder = await scratch();
  const server = await serveFile();
  server.tasks.push({ id: 'video_1', status: 'queued' });
  const error = await failureOf(saveVideo(clientOf(server), 'video_1', join(folder, 'new', 'movie.mp4')));
  expect(error).toMatchObject({ name: 'DownloadError', message: expect.stringContaining('queued') });
  expect(await readdir(folder)).toEqual([]);
});

it.each([undefined, null, 7, '', 'a\0b'])('a save rejects the path %o with a TypeError', async (path) => {
  const server = await serveFile();
  await expect(saveVideo(clientOf(server), 'video_1', path as never)).rejects.toThrow(TypeError);
  await expect(saveVideo(clientOf(server), '', 'a.mp4')).rejects.toThrow(TypeError);
  await expect(saveVideo(clientOf(server), 'a', 'a.mp4', { ifExists: 'replace' } as never)).rejects.toThrow(
    TypeError,
  );
  expect(server.polls).toBe(0);
});

it('an error of the file system is passed on with its code and path', async () => {
  const folder = await scratch();
  await writeFile(join(folder, 'file'), '');
  const server = await serveFile();
  const path = join(folder, 'file', 'movie.mp4');
  expect(await failureOf(saveVideo(clientOf(server), server.video(), path))).toMatchObject({
    code: 'ENOTDIR',
    path: expect.stringContaining(join(folder, 'file')),
  });
});

it('a name that is too long is an error before anything is requested, for each ifExists', async () => {
  const path = join(await scratch(), 'x'.repeat(300));
  const server = await serveFile();
  for (const ifExists of ['error', 'keep', 'overwrite'] as const) {
    const save = saveVideo(clientOf(server), 'video_1', path, { ifExists });
    expect(await failureOf(save)).toMatchObject({ code: 'ENAMETOOLONG', path });
  }
  expect([server.polls, server.requests.length]).toEqual([0, 0]);
});

it('an error of the progress callback ends the save', async () => {
  const folder = await scratch();
  const server = await serveFile();
  const onProgress = () => Promise.reject(new Error('no room on the screen'));
  const save = saveVideo(clientOf(server), server.video(), folder, { onProgress });
  await expect(save).rejects.toThrow('no room on the screen');
});

it('an abort rejects with the reason, and leaves no file open', async () => {
  const folder = await scratch();
  const server = await serveFile({}, [{ stallAfter: 10 }]);
  const controller = new AbortController();
  const reason = new Error('changed my mind');
  const onProgress = () => controller.abort(reason);
  const save = saveVideo(clientOf(server), server.video(), folder, {
    signal: controller.signal,
    onProgress,
  });
  await expect(save).rejects.toBe(reason);
  expect(existsSync(join(folder, 'video_1.mp4'))).toBe(false);
  expect(await openFiles(folder)).toEqual([]);
});

it('a custom client works', async () => {
  const folder = await scratch();
  const server = await serveFile();
  const client = {
    getResult: async () => server.video(),
    download: async () => new Response('a video', { headers: { 'content-type': 'video/quicktime' } }),
  };
  expect(await saveVideo(client, 'video_1', folder)).toMatchObject({
    bytes: 7,
    contentType: 'video/quicktime',
  });
  expect(await readdir(folder)).toEqual(['video_1.mov']);
});

it('a custom client that returns an error status has nothing saved', async () => {
  const folder = await scratch();
  const server = await serveFile({}, [{ status: 404 }]);
  const client = { getResult: async () => server.video(), download: () => fetch(server.url()) };
  expect(await failureOf(saveVideo(client, 'video_1', folder))).toMatchObject({
    name: 'DownloadError',
    taskId: 'video_1',
    status: 404,
  });
  expect(await readdir(folder)).toEqual([]);
});

it('a custom client that buffers the body never mixes two versions of a file', async () => {
  const folder = await scratch();
  const server = await serveFile({ bytes: noise(300_000) }, [
    { dropAfter: 200_000 },
    { ignoreRange: true, headers: { etag: '"v2"' } },
  ]);
  const own = clientOf(server, { maxRetries: 1 });
  const client: VideoDownloader = {
    getResult: (...given) => own.getResult(...given),
    download: async (...given) => {
      const response = await own.download(...given);
      return new Response(await response.blob(), response);
    },
  };
  await saveVideo(client, server.video(), folder);
  expect(await hashOf(join(folder, 'video_1.mp4'))).toBe(sha256(server.file.bytes));
  expect(await readdir(folder)).toEqual(['video_1.mp4']);
});
