// Where a video is to be saved, and what is there already.

import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { quote } from '../internal/text.ts';
import { videoName, videoNames } from './file-name.ts';
import { exists } from './file-system.ts';

export interface SaveTarget {
  /** An absolute path. */
  readonly folder: string;
  /** `null` if the file is named after the task. */
  readonly name: string | null;
}

/** @throws {@link TypeError} It is not a path. */
function checkPath(name: string, path: unknown, expected: string): asserts path is string {
  if (typeof path === 'string' && path !== '' && !path.includes('\0')) return;
  throw new TypeError(`Invalid ${name}: ${quote(path)}. Expected the path of ${expected}, a string.`);
}

/** The folder as a path that says that it is one. @throws {@link TypeError} It is not a path. */
export function resolveFolder(path: unknown): string {
  checkPath('folder', path, 'a folder');
  return join(resolve(path), sep);
}

/** @throws {@link TypeError} It is not a path. */
export async function resolveTarget(path: unknown): Promise<SaveTarget> {
  checkPath('path', path, 'a file or a folder');
  const absolute = resolve(path);
  const isFolder =
    path.endsWith('/') || path.endsWith(sep) || (await stat(absolute).catch(() => null))?.isDirectory();
  return isFolder
    ? { folder: absolute, name: null }
    : { folder: dirname(absolute), name: basename(absolute) };
}

/** The final path. */
export function pathFor({ folder, name }: SaveTarget, id: string, contentType: string | null): string {
  return join(folder, name ?? videoName(id, contentType));
}

/** What is there already under any name that the video can get, or `null`. */
export async function findExisting({ folder, name }: SaveTarget, id: string): Promise<string | null> {
  for (const candidate of name === null ? videoNames(id) : [name]) {
    const path = join(folder, candidate);
    if (await exists(path)) return path;
  }
  return null;
}
