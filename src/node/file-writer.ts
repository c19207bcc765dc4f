// Writes a file in large pieces, while the next one is gathered.

import { type FileHandle, open } from 'node:fs/promises';
import { ignore, sync } from './file-system.ts';

/** Bytes that are written at once: enough that the number of writes does not matter, and few enough for the memory. */
const BATCH_BYTES = 2 ** 20;

/** Milliseconds after which even a small batch is written: bytes that are not are lost with the process. */
const MAX_BATCH_AGE = 1_000;

export class FileWriter {
  readonly #path: string;
  readonly #file: FileHandle;
  /** Where the next batch is written. */
  #end: number;
  #batch: Uint8Array[] = [];
  #batchBytes = 0;
  #batchStart = 0;
  /** The write that is under way while the next batch is gathered. */
  #writing = Promise.resolve();

  private constructor(path: string, file: FileHandle, end: number) {
    this.#path = path;
    this.#file = file;
    this.#end = end;
  }

  /** A new file. @throws `EEXIST` if there is one. */
  static async create(path: string): Promise<FileWriter> {
    return new FileWriter(path, await open(path, 'wx'), 0);
  }

  /** A file that is there, from `end` on. */
  static async append(path: string, end: number): Promise<FileWriter> {
    return new FileWriter(path, await open(path, 'r+'), end);
  }

  /** How many bytes the file has, those included that are still to be written. */
  get length(): number {
    return this.#end + this.#batchBytes;
  }

  /** Accepts bytes, which are written soon. @throws The error of an earlier write. */
  async write(bytes: Uint8Array): Promise<void> {
    const now = performance.now();
    if (this.#batch.length === 0) this.#batchStart = now;
    this.#batch.push(bytes);
    this.#batchBytes += bytes.byteLength;
    if (this.#batchBytes >= BATCH_BYTES || now - this.#batchStart >= MAX_BATCH_AGE) await this.#flush();
  }

  /** Starts to write the batch, as soon as the one before it is written. */
  async #flush(): Promise<void> {
    await this.#writing;
    const batch = this.#batch;
    const length = this.#batchBytes;
    this.#batch = [];
    this.#batchBytes = 0;
    this.#writing = this.#writeAll(batch, length, this.#end);
    this.#end += length;
    // The next flush throws it.
    this.#writing.catch(ignore);
  }

  async #writeAll(batch: Uint8Array[], length: number, position: number): Promise<void> {
    if (length === 0) return;
    try {
      let { bytesWritten } = await this.#file.writev(batch, position);
      // A disk that is nearly full takes a part, and refuses the rest with an error of its own.
      while (bytesWritten < length) {
        const rest = Buffer.concat(batch).subarray(bytesWritten);
        bytesWritten += (await this.#file.write(rest, 0, rest.length, position + bytesWritten)).bytesWritten;
      }
    } catch (error) {
      throw this.#withPath(error);
    }
  }

  /** Flushes everything to the disk, and closes the file. */
  async finish(): Promise<void> {
    await this.#flush();
    await this.#writing;
    try {
      await sync(this.#file);
      await this.#file.close();
    } catch (error) {
      throw this.#withPath(error);
    }
  }

  /** Closes the file; bytes that are not written yet are lost. */
  async abandon(): Promise<void> {
    this.#batch = [];
    this.#batchBytes = 0;
    await this.#writing.catch(ignore);
    await this.#file.close().catch(ignore);
  }

  /** The system's errors about an open file have no path. */
  #withPath(error: unknown): Error {
    return Object.assign(error as Error, { path: this.#path });
  }
}
