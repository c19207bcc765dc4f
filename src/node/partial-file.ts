// The file that a save writes until the video is complete.

import { lstat, mkdir, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ignore, isCode, moveToFree, syncFolders } from './file-system.ts';
import { FileWriter } from './file-writer.ts';
import { type Leftover, leftovers } from './leftovers.ts';
import { newOwner, releasedOwner } from './owner.ts';
import { parsePartialName, partialName, partialPrefix } from './partial-name.ts';

/**
 * No two saves write to one file: each makes its own, or takes over what a save with the same arguments has left, by
 * renaming it, which works for one only. Should that save be alive after all (on another machine, say), no harm is
 * done: both write the same bytes, since what has another validator goes to a new file. What has a second name is
 * never written to.
 */
export class PartialFile {
  readonly #folder: string;
  readonly #prefix: string;
  readonly #owner: string;
  #path: string | null = null;
  #validator: string | null = null;
  /** How many bytes there are of an earlier save. */
  #size = 0;
  #writer: FileWriter | undefined;
  /** The first of the folders that had to be made. */
  #made: string | undefined;

  private constructor(folder: string, prefix: string, owner: string) {
    this.#folder = folder;
    this.#prefix = prefix;
    this.#owner = owner;
  }

  /** What is left of an earlier save with the same arguments, or an empty one. */
  static async claim(folder: string, name: string, save: string): Promise<PartialFile> {
    const prefix = partialPrefix(name, save);
    const partial = new PartialFile(folder, prefix, await newOwner());
    const left = await leftovers(folder, prefix);
    const longest = left.find(({ validator, size }) => validator !== null && size > 0);
    for (const leftover of left) {
      if (leftover === longest) await partial.#takeOver(leftover);
      else await unlink(leftover.path).catch(ignore);
    }
    return partial;
  }

  async #takeOver({ path, validator }: Leftover): Promise<void> {
    const own = this.#pathOf(validator, this.#owner);
    try {
      await rename(path, own);
    } catch (error) {
      // Another save was faster.
      if (isCode(error, 'ENOENT')) return;
      throw error;
    }
    this.#path = own;
    this.#validator = validator;
    this.#size = (await lstat(own)).size;
  }

  /** How many bytes it has. */
  get length(): number {
    return this.#writer?.length ?? this.#size;
  }

  /** What identifies the version of the video that its bytes are of. */
  get validator(): string | null {
    return this.#validator;
  }

  /** Begins a new file, and drops what was there of another. */
  async begin(validator: string | null): Promise<void> {
    await this.drop();
    this.#made ??= await mkdir(this.#folder, { recursive: true });
    this.#path = this.#pathOf(validator, this.#owner);
    this.#writer = await FileWriter.create(this.#path);
    // Not one that is too long for a name.
    this.#validator = parsePartialName(this.#prefix, basename(this.#path))?.validator ?? null;
  }

  /** Appends bytes. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#writer ??= await FileWriter.append(this.#path as string, this.#size);
    await this.#writer.write(bytes);
  }

  /** Flushes everything to the disk, and gives the file its final name. */
  async moveTo(path: string, overwrite: boolean): Promise<void> {
    const partial = this.#path as string;
    await this.#finish();
    if (overwrite) await rename(partial, path);
    else await moveToFree(partial, path);
    this.#path = null;
    await syncFolders(this.#folder, this.#made === undefined ? this.#folder : dirname(this.#made));
  }

  /** After a failure: leaves what can be resumed to a later save, and removes the rest. */
  async release(): Promise<void> {
    try {
      await this.#finish();
      const released = this.#pathOf(this.#validator, releasedOwner());
      if (this.#path !== null && this.#size > 0 && this.#validator !== null) {
        await rename(this.#path, released);
        this.#path = null;
      }
    } catch {
      // The failure that led here says more.
    }
    await this.drop();
  }

  /** Removes it. */
  async drop(): Promise<void> {
    await this.#writer?.abandon();
    this.#writer = undefined;
    if (this.#path !== null) await unlink(this.#path).catch(ignore);
    this.#path = null;
    this.#validator = null;
    this.#size = 0;
  }

  async #finish(): Promise<void> {
    await this.#writer?.finish();
    this.#size = this.length;
    this.#writer = undefined;
  }

  #pathOf(validator: string | null, owner: string): string {
    return join(this.#folder, partialName(this.#prefix, validator, owner));
  }
}
