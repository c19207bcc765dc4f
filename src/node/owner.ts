// Names the process that owns a partial file, and finds out whether it may still be writing.

import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { hash } from './file-name.ts';

/** When a process was started, if the system shows it (Linux): a number that is reused starts at another time. */
async function startOf(pid: number): Promise<string> {
  try {
    // The command's name before it, in parentheses, may have anything in it.
    const fields = (await readFile(`/proc/${pid}/stat`, 'latin1')).split(')').at(-1)?.split(' ');
    return fields?.[20] ?? '';
  } catch {
    return '';
  }
}

/** Distinguishes machines; empty if there is no permission to ask (Deno without `--allow-sys`). */
function machine(): string {
  try {
    return hash(hostname()).slice(0, 8);
  } catch {
    return '';
  }
}

const random = () => randomBytes(3).toString('hex');

/** A name for one save of this process, by which other processes see whether it may still be running. */
export async function newOwner(): Promise<string> {
  const { pid } = process;
  return [machine(), pid, await startOf(pid), random()].join('-');
}

/** In place of a machine: no process has the file any more. */
const FREE = 'free';

/** The owner of what a save leaves behind: another name each time, so that no two files ever change places. */
export function releasedOwner(): string {
  return `${FREE}-${random()}`;
}

/** Whether the process of that save is gone for certain. What another machine does cannot be seen from here. */
export async function isGone(owner: string): Promise<boolean> {
  const [host, pid, start] = owner.split('-');
  if (host === FREE) return true;
  if (host === '' || host !== machine()) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true;
  }
  const now = await startOf(Number(pid));
  return now !== start && now !== '' && start !== '';
}
