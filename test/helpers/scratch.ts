// Folders for one test.
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that is gone when the test ends. */
export async function scratch(parent = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(parent, 'videos-client-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Where thousands of files are flushed fast: in memory, where the system offers that. */
export const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** The files of a folder that this process has open; none if the system does not list them. */
export async function openFiles(folder: string): Promise<string[]> {
  const names = await readdir('/proc/self/fd').catch(() => []);
  const paths = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(folder));
}
