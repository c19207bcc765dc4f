import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VideosClient } from 'videos-client';
import { saveVideo } from 'videos-client/node';
import { expect, it, onTestFinished } from 'vitest';
import { type FileServer, noise, serveFile, sha256 } from './helpers/file-server.ts';
import { scratch } from './helpers/scratch.ts';

const KILLS = 20;
const KILLED = [null, 'SIGKILL'];
const DONE = [0, null];

const script = fileURLToPath(new URL('helpers/save-child.ts', import.meta.url));

function startSave(server: FileServer, path: string, kill = ''): ChildProcess {
  const env = { ...process.env, KILL: kill };
  const child = fork(script, [JSON.stringify(server.video()), path], { execArgv: ['--import', 'tsx'], env });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

function bytesIn(folder: string): number {
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Numbers from 0 to 1 that are the same in every run. */
function* random(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

it(`a save that is killed ${KILLS} times ends with the right file, and never has a wrong one`, {
  timeout: 180_000,
}, async () => {
  const folder = await scratch();
  const path = join(folder, 'movie.mp4');
  const server = await serveFile({ bytes: noise(100_000_000) });
  const numbers = random(7);
  for (let kills = 0; kills < KILLS; kills++) {
    // Before the first byte, or once the disk has some more of them; the file is longer than all of them together.
    const more = (numbers.next().value - 0.1) * 3_000_000;
    const before = bytesIn(folder);
    const child = startSave(server, path);
    if (more < 0) server.onRequest = () => void child.kill('SIGKILL');
    server.onSent = () => {
      if (bytesIn(folder) > before + more) child.kill('SIGKILL');
    };
    expect(await once(child, 'exit')).toEqual(KILLED);
    server.onRequest = () => {};
    expect(existsSync(path)).toBe(false);
    expect((await readdir(folder)).length).toBeLessThanOrEqual(1);
  }
  server.onSent = undefined;
  expect(await once(startSave(server, path), 'exit')).toEqual(DONE);
  expect(sha256(await readFile(path))).toBe(sha256(server.file.bytes));
  expect(await readdir(folder)).toEqual(['movie.mp4']);
  const ranges = server.requests.flatMap(({ range }) =>
    range === undefined ? [] : [Number(/\d+/.exec(range))],
  );
  // All but the first resumed from what was there.
  expect(ranges).toHaveLength(KILLS);
  expect(ranges).toEqual([...ranges].sort((a, b) => a - b));
});

it.each([
  ['before open', 0],
  ['after open', 0],
  ['before link', 1],
])(
  'a save that is killed %s ends well when it is started again',
  { timeout: 60_000 },
  async (kill, resumed) => {
    const folder = await scratch();
    const path = join(folder, 'movie.mp4');
    const server = await serveFile();
    expect(await once(startSave(server, path, kill), 'exit')).toEqual(KILLED);
    expect(await once(startSave(server, path), 'exit')).toEqual(DONE);
    expect(sha256(await readFile(path))).toBe(sha256(server.file.bytes));
    expect(await readdir(folder)).toEqual(['movie.mp4']);
    // All that was missing was its name: the last byte only is asked for again.
    expect(server.requests.at(-1)?.range).toBe(resumed ? 'bytes=99999-' : undefined);
  },
);

it.each([
  ['as it is', (bytes: Uint8Array) => bytes],
  ['with other bytes by now', () => noise(2_000, 9)],
])(
  'a video that had its name when its save was killed is kept, %s',
  { timeout: 60_000 },
  async (_, change) => {
    const folder = await scratch();
    const path = join(folder, 'movie.mp4');
    const server = await serveFile();
    expect(await once(startSave(server, path, 'after link'), 'exit')).toEqual(KILLED);
    const bytes = change(await readFile(path));
    // In place: under its other name, the partial file, it is the same file.
    await writeFile(path, bytes);
    const save = saveVideo(new VideosClient({ apiKey: null, allowPrivateFiles: true }), server.video(), path);
    await expect(save).rejects.toMatchObject({ code: 'EEXIST', path });
    expect(sha256(await readFile(path))).toBe(sha256(bytes));
    expect(await readdir(folder)).toEqual(['movie.mp4']);
  },
);

it('a save that is killed while it takes over what another left ends well', {
  timeout: 60_000,
}, async () => {
  const folder = await scratch();
  const path = join(folder, 'movie.mp4');
  const server = await serveFile();
  for (const kill of ['before link', 'before rename', 'after rename']) {
    expect(await once(startSave(server, path, kill), 'exit')).toEqual(KILLED);
    expect(await readdir(folder)).toEqual([expect.stringMatching(/^\.movie.*\.partial$/)]);
  }
  expect(await once(startSave(server, path), 'exit')).toEqual(DONE);
  expect(sha256(await readFile(path))).toBe(sha256(server.file.bytes));
});
