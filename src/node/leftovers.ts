import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ignore, isCode } from './file-system.ts';
import { isGone } from './owner.ts';

/** What an earlier save left behind. */
export interface Leftover {
  path: string;
  validator: string;
  size: number;
}

/** Everything of this prefix whose save has ended, the longest first. */
export async function leftovers(folder: string, prefix: string): Promise<Leftover[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  });
  const left: Leftover[] = [];
  for (const name of names) {
    if (!name.startsWith(prefix) || !name.endsWith('.partial')) continue;
    const [mark = '', owner = ''] = name.slice(prefix.length).split('.');
    if (!(await isGone(owner))) continue;
    const path = join(folder, name);
    const there = await lstat(path).catch(ignore);
    // A link would lead elsewhere.
    if (!there?.isFile()) continue;
    // A save was killed once the video had its name: it may have been changed under that since.
    const validator = there.nlink > 1 ? '' : Buffer.from(mark, 'base64url').toString();
    left.push({ path, validator, size: there.size });
  }
  return left.sort((a, b) => b.size - a.size);
}
