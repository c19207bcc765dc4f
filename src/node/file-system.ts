// Operations on files that work on file systems of every kind.

import { type FileHandle, link, lstat, open, rename, unlink } from 'node:fs/promises';
import { constants } from 'node:os';
import { dirname } from 'node:path';

export const ignore = () => undefined;
export const isCode = (error: unknown, ...codes: string[]) =>
  codes.includes((error as NodeJS.ErrnoException).code ?? '');

/** Codes of a failed flush that mean lost bytes. Any other (EINVAL, EPERM) means that the file system cannot flush. */
const LOST = ['EIO', 'ENOSPC', 'EDQUOT'] as const;

/** By the number, too: Node has no name for some of them. */
const isOneOf = (error: unknown, codes: readonly (keyof typeof constants.errno)[]) =>
  codes.some(
    (code) => isCode(error, code) || (error as NodeJS.ErrnoException).errno === -constants.errno[code],
  );

/** Whether a disk is full, or the user's share of it. */
export const isDiskFull = (error: unknown) => isOneOf(error, ['ENOSPC', 'EDQUOT']);

/** A file that is there already; the file system's own error, with advice. */
export class FileExistsError extends Error {
  readonly code = 'EEXIST';
  readonly syscall = 'link';
  readonly path: string;
  constructor(path: string) {
    super(
      `EEXIST: file already exists, '${path}'. Pass ifExists: 'overwrite' to replace it, or 'keep' to accept it.`,
    );
    this.path = path;
  }
}

/** Whether anything has this path, a broken link included. @throws Any other error of the file system. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Flushes a file to the disk, if its file system can. */
export async function sync(file: FileHandle): Promise<void> {
  await file.sync().catch((error: unknown) => {
    if (isOneOf(error, LOST)) throw error;
  });
}

/** Flushes a folder's names to the disk, if that can be done (not on Windows). */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path).catch(ignore);
  await folder?.sync().catch(ignore);
  await folder?.close();
}

/** Flushes the names that were made in a folder, and in those above it up to `top`. */
export async function syncFolders(from: string, top: string): Promise<void> {
  for (let folder = from; folder.length >= top.length; folder = dirname(folder)) {
    await syncFolder(folder);
    if (folder === dirname(folder)) return;
  }
}

/** Gives a file its final name, and never replaces another. @throws `EEXIST` if there is one. */
export async function moveToFree(from: string, to: string): Promise<void> {
  try {
    // Unlike a rename, a link never replaces a file that was made in the meantime.
    await link(from, to);
  } catch (error) {
    if (isCode(error, 'EEXIST')) throw new FileExistsError(to);
    if (isCode(error, 'ENOENT')) throw error;
    // Without hard links, another file could be made and replaced between these two lines; there is no safer way.
    if (await exists(to)) throw new FileExistsError(to);
    return await rename(from, to);
  }
  // The file has its name; a second one that stays is dropped by the next save.
  await unlink(from).catch(ignore);
}
