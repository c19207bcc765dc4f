// Partial files whose save has ended, or was killed.

import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ignore, isCode } from './file-system.ts';
import { isGone } from './owner.ts';
import { parsePartialName } from './partial-name.ts';

/** What an earlier save left behind. */
export interface Leftover {
  path: string;
  /** `null` if it cannot be resumed. */
  validator: string | null;
  size: number;
}

/** Everything of this prefix whose save has ended, the longest first. */
export async function leftovers(folder: string, prefix: string): Promise<Leftover[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    // A folder may allow to write, but not to list.
    if (isCode(error, 'ENOENT', 'EACCES', 'EPERM')) return [];
    throw error;
  });
  const left: Leftover[] = [];
  for (const name of names) {
    const parsed = parsePartialName(prefix, name);
    if (parsed === null || !(await isGone(parsed.owner))) continue;
    const path = join(folder, name);
    const stats = await lstat(path).catch(ignore);
    // A link would lead elsewhere.
    if (!stats?.isFile()) continue;
    // A save was killed once the video had its name: it may have been changed under that since.
    const validator = stats.nlink > 1 ? null : parsed.validator;
    left.push({ path, validator, size: stats.size });
  }
  return left.sort((a, b) => b.size - a.size);
}
