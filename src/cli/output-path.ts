// Where a command saves the video.

import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { videoName } from '../node/file-name.ts';
import { exists } from '../node/file-system.ts';
import { resolveTarget } from '../node/save-target.ts';

/** The path for a task's video if none is given. */
export function defaultPath(id: string): string {
  return `./${videoName(id, null)}`;
}

/** The error for a path that is taken by a file. */
export function takenError(path: string): Error {
  const message = `EEXIST: file already exists, '${path}'. Choose another path with -o.`;
  return Object.assign(new Error(message), { code: 'EEXIST', path });
}

/**
 * Checks that the path can take a new file, before anything is waited or paid for.
 *
 * @throws The file system's own error.
 */
export async function checkPath(path: string): Promise<void> {
  const { folder, name } = await resolveTarget(path);
  if (name !== null && (await exists(join(folder, name)))) {
    throw takenError(path);
  }
  // Missing folders are made: what has to be writable is the nearest one that is there.
  let nearest = folder;
  while (!(await exists(nearest))) nearest = dirname(nearest);
  await access(nearest, constants.W_OK | constants.X_OK);
}
