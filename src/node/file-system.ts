import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

export const ignore = () => undefined;
export const isCode = (error: unknown, ...codes: string[]) =>
  codes.includes((error as NodeJS.ErrnoException).code ?? '');

/** The file system's own error, in words that help. */
export function existsError(path: string): NodeJS.ErrnoException {
  const error = new Error(
    `EEXIST: file already exists, '${path}'. It was kept: pass overwrite: true to replace it.`,
  );
  return Object.assign(error, { code: 'EEXIST', syscall: 'link', path });
}

/** Has a folder's names on the disk, where that can be done (not on Windows). */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path).catch(ignore);
  await folder?.sync().catch(ignore);
  await folder?.close();
}

/** Has the names on the disk that were made in a folder, and in those above it up to `top`. */
export async function syncFolders(from: string, top: string): Promise<void> {
  for (let folder = from; folder.length >= top.length; folder = dirname(folder)) {
    await syncFolder(folder);
    if (folder === dirname(folder)) return;
  }
}
