import { type FileHandle, link, lstat, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hash } from './file-name.ts';
import { existsError, ignore, isCode, syncFolders } from './file-system.ts';
import { type Leftover, leftovers } from './leftovers.ts';
import { newOwner, nobody } from './owner.ts';

/** Bytes that are written at once: so many that the writes do not count, so few that the memory does not either. */
const BATCH_BYTES = 2 ** 20;

/** Milliseconds after which the next bytes have even a small batch written: what is not dies with the process. */
const MAX_BATCH_AGE = 1_000;

/** A longer validator would not fit into a file's name. */
const MAX_VALIDATOR_BYTES = 100;

/** What link() says where a file system has no links. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR', 'EINVAL'];

/**
 * The file that a save writes until the video is whole: `.<name>.<save>.<validator>.<owner>.partial`.
 *
 * What is known of it is in its name, so that nothing is ever at odds with it, whenever the process is killed. No two
 * saves write to one file: each makes its own, or takes over what a save with the same arguments has left behind, by
 * renaming it, which works for one only. Should that save be alive after all (on another machine, say), no harm is
 * done: both write the same bytes, since what has another validator goes to a new file. What has got a second name is
 * never written to.
 */
export class PartialFile {
  readonly #folder: string;
  readonly #prefix: string;
  readonly #owner: string;
  readonly #overwrite: boolean;
  #path: string | null = null;
  #validator: string | null = null;
  #file: FileHandle | undefined;
  #position = 0;
  #received = 0;
  #batch: Uint8Array[] = [];
  #batchBytes = 0;
  #batchStart = 0;
  /** Whether somebody else's file is where this one should go. */
  #isTaken = false;
  /** The first of the folders that had to be made. */
  #made: string | undefined;
  /** The write that is under way while the next batch is gathered. */
  #writing = Promise.resolve();

  private constructor(folder: string, prefix: string, owner: string, overwrite: boolean) {
    this.#folder = folder;
    this.#prefix = prefix;
    this.#owner = owner;
    this.#overwrite = overwrite;
  }

  /**
   * @param save - What tells one save from another: its arguments.
   * @param overwrite - Whether it may replace a file.
   * @returns what is left of an earlier save, or an empty one.
   */
  static async claim(folder: string, name: string, save: string, overwrite: boolean): Promise<PartialFile> {
    const prefix = `.${name.replace(/[^\w.-]/g, '_').slice(0, 40)}.${hash(save)}.`;
    const partial = new PartialFile(folder, prefix, await newOwner(), overwrite);
    const left = await leftovers(folder, prefix);
    const longest = left.find(({ validator, size }) => validator !== '' && size > 0);
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
      if (isCode(error, 'ENOENT')) return; // Somebody was faster.
      throw error;
    }
    this.#path = own;
    this.#validator = validator;
    // Also a whole file has a last byte, and asking for it tells whether it is still the same.
    this.#position = Math.max(0, (await lstat(own)).size - 1);
  }

  /** The byte to go on from. */
  get position(): number {
    return this.#position;
  }

  get validator(): string | null {
    return this.#validator;
  }

  /** How many bytes it was given to write, ever. */
  get received(): number {
    return this.#received;
  }

  /** Begins a new file, and drops what was there of another. */
  async begin(validator: string | null): Promise<void> {
    await this.#remove();
    const isShort = validator !== null && Buffer.byteLength(validator) <= MAX_VALIDATOR_BYTES;
    this.#validator = isShort ? validator : null;
    this.#position = 0;
    this.#made ??= await mkdir(this.#folder, { recursive: true });
    this.#path = this.#pathOf(this.#validator, this.#owner);
    this.#file = await open(this.#path, 'wx');
  }

  /** Takes bytes over; they reach the disk soon. @throws what the file system threw at bytes before them. */
  async write(bytes: Uint8Array): Promise<void> {
    const now = performance.now();
    if (this.#batch.length === 0) this.#batchStart = now;
    this.#batch.push(bytes);
    this.#batchBytes += bytes.byteLength;
    this.#received += bytes.byteLength;
    if (this.#batchBytes >= BATCH_BYTES || now - this.#batchStart >= MAX_BATCH_AGE) await this.#flush();
  }

  /** Starts to write the batch, as soon as the one before it is written. */
  async #flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    await this.#writing;
    this.#writing = this.#writeAll(batch);
    // Whoever flushes next hears of it.
    this.#writing.catch(ignore);
  }

  async #writeAll(batch: Uint8Array[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      this.#file ??= await open(this.#path as string, 'r+');
      const length = batch.reduce((sum, { byteLength }) => sum + byteLength, 0);
      let { bytesWritten } = await this.#file.writev(batch, this.#position);
      // A disk that is nearly full takes a part, and refuses the rest by an error of its own.
      while (bytesWritten < length) {
        const rest = Buffer.concat(batch).subarray(bytesWritten);
        bytesWritten += (await this.#file.write(rest, 0, rest.length, this.#position + bytesWritten))
          .bytesWritten;
      }
      this.#position += length;
    } catch (error) {
      throw this.#withPath(error);
    }
  }

  /** What the system says of an open file has no path. */
  #withPath(error: unknown): Error {
    return Object.assign(error as Error, { path: this.#path });
  }

  #taken(path: string): Error {
    this.#isTaken = true;
    return existsError(path);
  }

  /** @throws `EEXIST` where there is a file at the path that is to be kept; what else the system says of the path. */
  async checkTarget(path: string): Promise<void> {
    const isFree = await lstat(path).then(
      () => false,
      (error: unknown) => {
        if (isCode(error, 'ENOENT')) return true;
        throw error;
      },
    );
    if (!isFree && !this.#overwrite) throw this.#taken(path);
  }

  /** Has everything on the disk, and gives the file its name. @returns its length. */
  async moveTo(path: string): Promise<number> {
    const partial = this.#path as string;
    await this.#close();
    if (this.#overwrite) await rename(partial, path);
    else await this.#linkTo(path, partial);
    this.#path = null;
    await syncFolders(this.#folder, this.#made === undefined ? this.#folder : dirname(this.#made));
    return this.#position;
  }

  /** Unlike a rename, a link never replaces what somebody else has put there in the meantime. */
  async #linkTo(path: string, partial: string): Promise<void> {
    try {
      await link(partial, path);
    } catch (error) {
      if (isCode(error, 'EEXIST')) throw this.#taken(path);
      if (!isCode(error, ...NO_LINKS)) throw error;
      await this.checkTarget(path);
      // A moment remains in which another file could come to be there: nothing better can be had without links.
      return await rename(partial, path);
    }
    // The video has its name; what is left will be dropped by a save after this process.
    await unlink(partial).catch(ignore);
  }

  /** After a failure: keeps what can be gone on from, and removes what cannot, or has its place taken. */
  async leave(): Promise<void> {
    try {
      if (this.#path !== null && this.#validator !== null && !this.#isTaken) {
        await this.#close();
        if (this.#position > 0) {
          await rename(this.#path, this.#pathOf(this.#validator, nobody()));
          this.#path = null;
        }
      }
    } catch {
      // The failure that led here says more.
    }
    await this.#remove().catch(ignore);
  }

  async #close(): Promise<void> {
    await this.#flush();
    await this.#writing;
    try {
      await this.#file?.sync();
      await this.#file?.close();
    } catch (error) {
      throw this.#withPath(error);
    }
    this.#file = undefined;
  }

  async #remove(): Promise<void> {
    this.#batch = [];
    this.#batchBytes = 0;
    await this.#writing.catch(ignore);
    await this.#file?.close();
    this.#file = undefined;
    if (this.#path !== null) await unlink(this.#path);
    this.#path = null;
  }

  #pathOf(validator: string | null, owner: string): string {
    const mark = Buffer.from(validator ?? '').toString('base64url');
    return join(this.#folder, `${this.#prefix}${mark}.${owner}.partial`);
  }
}
