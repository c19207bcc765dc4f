import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VideosClient } from 'videos-client';
import { saveVideo } from 'videos-client/node';
import { expect, it, onTestFinished } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { type FileServer, noise, serveFile, sha256 } from './helpers/file-server.ts';
import { openFiles, scratch } from './helpers/scratch.ts';

const script = fileURLToPath(new URL('helpers/save-child.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;
const hasStrace = has('strace');

function has(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Where it decides what lands, nothing is skipped; elsewhere a skipped test says why. */
const needs = (isThere: boolean, skip: (note: string) => void, note: string) => {
  if (isThere) return;
  if (process.env.CI) throw new Error(`This test ${note}, which .ci/run installs or is run as.`);
  skip(note);
};

/** Saves in a process of its own, started by another program. */
async function saveUnder(command: string[], server: FileServer, path: string, env: NodeJS.ProcessEnv = {}) {
  const node = [process.execPath, '--import', 'tsx', script, JSON.stringify(server.video()), path];
  const [program = '', ...args] = [...command, ...node];
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += text));
  const [code] = await once(child, 'close');
  return { code, stderr };
}

/** System calls that fail, as on file systems that refuse them. */
const refusing = (calls: string, error: string) => [
  ...['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${calls}`],
  ...['-e', `inject=${calls}:error=${error}`],
];

it.for(['EACCES', 'EPERM', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK'])(
  'a file system where link fails with %s gets the video by a rename',
  { timeout: 60_000 },
  async (error, { skip }) => {
    needs(hasStrace, skip, 'needs strace');
    const folder = await scratch();
    const server = await serveFile();
    const path = join(folder, 'movie.mp4');
    const { code, stderr } = await saveUnder(refusing('link,linkat', error), server, path);
    expect([stderr, code]).toEqual(['', 0]);
    expect(sha256(await readFile(path))).toBe(sha256(server.file.bytes));
    expect(await readdir(folder)).toEqual(['movie.mp4']);
  },
);

it('a file system without links keeps a file that is there', { timeout: 60_000 }, async ({ skip }) => {
  needs(hasStrace, skip, 'needs strace');
  const folder = await scratch();
  const server = await serveFile();
  const path = join(folder, 'movie.mp4');
  // Put there once the save has begun.
  server.onRequest = () => void writeFile(path, 'mine');
  const { code, stderr } = await saveUnder(refusing('link,linkat', 'EACCES'), server, path);
  expect([code, stderr]).toEqual([1, expect.stringContaining('EEXIST: file already exists')]);
  expect(await readFile(path, 'utf8')).toBe('mine');
  expect(await readdir(folder)).toEqual(['movie.mp4']);
});

it.for(['EINVAL', 'EPERM', 'ENOSYS', 'EACCES', 'EOPNOTSUPP'])(
  'a file system where fsync fails with %s gets the video',
  { timeout: 60_000 },
  async (error, { skip }) => {
    needs(hasStrace, skip, 'needs strace');
    const folder = await scratch();
    const server = await serveFile();
    const path = join(folder, 'new', 'movie.mp4');
    const { code, stderr } = await saveUnder(refusing('fsync', error), server, path);
    expect([stderr, code]).toEqual(['', 0]);
    expect(sha256(await readFile(path))).toBe(sha256(server.file.bytes));
    expect(await readdir(join(folder, 'new'))).toEqual(['movie.mp4']);
  },
);

it.for([
  ['EIO', "code: 'EIO'"],
  ['ENOSPC', "code: 'ENOSPC'"],
  // Node has no name for it.
  ['EDQUOT', 'errno: -122'],
] as const)(
  'a file system where fsync fails with %s has lost bytes: an error, and no video',
  { timeout: 60_000 },
  async ([error, shown], { skip }) => {
    needs(hasStrace, skip, 'needs strace');
    const folder = await scratch();
    const server = await serveFile();
    const path = join(folder, 'movie.mp4');
    const { code, stderr } = await saveUnder(refusing('fsync', error), server, path);
    expect([code, stderr]).toEqual([1, expect.stringContaining(shown)]);
    expect(stderr).toContain(`path: '${folder}`);
    expect(await readdir(folder)).toEqual([]);
  },
);

const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const home = { HOME: '/nonexistent', TSX_DISABLE_CACHE: '1' };

it('a folder without permission to write is an error with its code and path', { timeout: 60_000 }, async ({
  skip,
}) => {
  needs(isRoot && has('setpriv'), skip, 'needs root and setpriv');
  const folder = await scratch();
  await chmod(folder, 0o555);
  const server = await serveFile();
  const { code, stderr } = await saveUnder(asNobody, server, join(folder, 'movie.mp4'), home);
  expect([code, stderr]).toEqual([1, expect.stringContaining("code: 'EACCES'")]);
  expect(stderr).toContain(`path: '${folder}`);
  expect(await readdir(folder)).toEqual([]);
});

it('a folder without permission to list gets the video', { timeout: 60_000 }, async ({ skip }) => {
  needs(isRoot && has('setpriv'), skip, 'needs root and setpriv');
  const folder = await scratch();
  await chmod(folder, 0o333);
  const server = await serveFile();
  const path = join(folder, 'movie.mp4');
  const { code, stderr } = await saveUnder(asNobody, server, path, home);
  expect([stderr, code]).toEqual(['', 0]);
  expect(sha256(await readFile(path))).toBe(sha256(server.file.bytes));
});

it('a read-only file system is an error with its code and path', async ({ skip }) => {
  needs(isRoot, skip, 'needs root');
  const folder = await scratch();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro,size=1m', 'tmpfs', folder]);
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  const server = await serveFile();
  const client = new VideosClient({ apiKey: null, allowPrivateFiles: true });
  const error = await failureOf(saveVideo(client, server.video(), folder));
  expect(error).toMatchObject({ code: 'EROFS', path: expect.stringContaining(folder) });
});

/** A small file system of its own, which is gone when the test ends. */
async function mounted(type: 'tmpfs' | 'ext4'): Promise<string> {
  const folder = await scratch();
  const at = join(folder, 'disk');
  await mkdir(at);
  if (type === 'tmpfs') {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at]);
  } else {
    const image = join(folder, 'image');
    execFileSync('truncate', ['-s', '4M', image]);
    execFileSync('mkfs.ext4', ['-q', '-m', '0', '-O', '^has_journal', image], { stdio: 'ignore' });
    execFileSync('mount', ['-o', 'loop', image, at]);
  }
  onTestFinished(() => void execFileSync('umount', ['-l', at]));
  return at;
}

it.for(['tmpfs', 'ext4'] as const)(
  'a full disk (%s) is an error with its code and path, and the partial file is gone',
  async (type, { skip }) => {
    needs(isRoot, skip, 'needs root');
    const folder = await mounted(type);
    await writeFile(join(folder, 'other'), 'kept');
    const before = await readdir(folder);
    const server = await serveFile({ bytes: noise(8_000_000) });
    const closed = new Promise<void>((resolve) => {
      server.onRequest = () => [...server.sockets][0]?.once('close', () => resolve());
    });
    const client = new VideosClient({ apiKey: null, allowPrivateFiles: true });
    const error = await failureOf(saveVideo(client, server.video(), `${folder}/`));
    expect(error).toMatchObject({ code: 'ENOSPC', path: expect.stringContaining(folder) });
    expect(await readdir(folder)).toEqual(before);
    expect(await readFile(join(folder, 'other'), 'utf8')).toBe('kept');
    await closed;
    expect(await openFiles(folder)).toEqual([]);
  },
);

it('a partial file has a name of 143 bytes at most, for the longest ids and the ETags of S3', async () => {
  const folder = await scratch();
  const etag = '"d41d8cd98f00b204e9800998ecf8427e-10000"';
  const server = await serveFile({ etag }, [{ dropAfter: 50_000 }]);
  const client = new VideosClient({
    apiKey: null,
    allowPrivateFiles: true,
    maxRetries: 0,
    fetch: server.fetch,
  });
  const id = 'video_fd35ee52-2a98-44a6-b930-29a88ce9b8fd'.repeat(3);
  const save = () => saveVideo(client, { ...server.video(), id }, folder);
  expect(await failureOf(save())).toMatchObject({ receivedBytes: 50_000 });
  const [partial = ''] = await readdir(folder);
  expect(Buffer.byteLength(partial)).toBeLessThanOrEqual(143);
  const { path } = await save();
  expect(server.requests.at(-1)?.ifRange).toBe(etag);
  expect(Buffer.byteLength(path.slice(folder.length + 1))).toBeLessThanOrEqual(143);
  expect((await stat(path)).size).toBe(100_000);
});
