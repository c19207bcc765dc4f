// Waits for many tasks, and saves the video of each as soon as it is complete.

import { readdir } from 'node:fs/promises';
import { abortReason, onAbort, throwIfAborted } from '../internal/abort.ts';
import type { DownloadProgress } from '../options/download-options.ts';
import { checkOptions } from '../options/validate.ts';
import type { WaitOptions } from '../options/wait-options.ts';
import type { WaitOutcome } from '../polling/wait-for-all.ts';
import type { CompletedVideo } from '../video.ts';
import { videoNames } from './file-name.ts';
import { ignore } from './file-system.ts';
import { SAVE_ALL_OPTIONS } from './known-options.ts';
import { OutcomeQueue } from './outcome-queue.ts';
import { SaveQueue } from './save-queue.ts';
import { resolveFolder } from './save-target.ts';
import { type SavedVideo, type SaveVideoOptions, saveVideo, type VideoDownloader } from './save-video.ts';

/** What saving many videos needs of a client. */
export interface BatchClient extends VideoDownloader {
  waitForAll(
    ids: Iterable<string> | AsyncIterable<string>,
    options?: WaitOptions,
  ): AsyncGenerator<WaitOutcome, void>;
}

/** Options of {@link saveAll}: those of every wait, and of every save. */
export interface SaveAllOptions extends WaitOptions {
  /**
   * How many videos are downloaded at a time. The waits continue meanwhile.
   *
   * @default 4
   */
  concurrency?: number | undefined;
  /**
   * What happens if a task's file exists already, under any name that it can get. With `'keep'`, running the same
   * batch again is all it takes to resume it: what is there costs no request.
   *
   * @default 'keep'
   */
  ifExists?: SaveVideoOptions['ifExists'];
  /** The most bytes that one file may have. @default 2_147_483_648 (2 GiB) */
  maxBytes?: number | undefined;
  /** Called about ten times a second for each download. An error out of it ends that download alone. */
  onProgress?: ((progress: SaveAllProgress) => unknown) | undefined;
}

/** How far the download of one task's video has come. */
export interface SaveAllProgress extends DownloadProgress {
  readonly id: string;
}

/** How one task of a batch ended. */
export type SaveOutcome =
  | { id: string; status: 'fulfilled'; value: SavedVideo }
  | { id: string; status: 'rejected'; reason: unknown };

/** Enough to fill a connection, and few enough that each file is soon complete. */
const CONCURRENCY = 4;

/**
 * Waits for many tasks and saves their videos to a folder, each named after its task. Yields how each ended, in that
 * order. One that fails, also on a full disk, ends no other.
 *
 * An abort rejects with `signal.reason`; `break` stops everything. What was downloaded by then stays in partial files,
 * from which the same call resumes.
 *
 * @param client - A `VideosClient`.
 * @param ids - The tasks' ids, from any iterable or async iterable.
 * @param folder - Where the videos go; made if it is missing.
 * @throws What the input throws.
 * @throws {@link TypeError} An argument is wrong; nothing was done.
 * @throws {@link RangeError} An option is out of range; nothing was done.
 * @throws `signal.reason`, at once, when the signal is aborted.
 *
 * @example
 * ```ts
 * for await (const outcome of saveAll(client, ids, 'videos')) {
 *   if (outcome.status === 'rejected') console.error(outcome.id, outcome.reason);
 * }
 * ```
 */
export async function* saveAll(
  client: BatchClient,
  ids: Iterable<string> | AsyncIterable<string>,
  folder: string,
  options?: SaveAllOptions,
): AsyncGenerator<SaveOutcome, void> {
  const checked = checkOptions<SaveAllOptions>(options, SAVE_ALL_OPTIONS);
  const path = resolveFolder(folder);
  yield* new Batch(client, path, checked).run(ids);
}

/** One call of {@link saveAll}: everything that is under way, and the outcomes that are not taken yet. */
class Batch {
  readonly #client: BatchClient;
  readonly #folder: string;
  readonly #signal: AbortSignal | undefined;
  readonly #concurrency: number;
  readonly #wait: WaitOptions;
  readonly #save: Pick<SaveAllOptions, 'ifExists' | 'maxBytes' | 'onProgress'>;
  /** Ends what is under way. */
  readonly #stop = new AbortController();
  readonly #outcomes = new OutcomeQueue<SaveOutcome>();

  constructor(client: BatchClient, folder: string, options: SaveAllOptions) {
    const { concurrency = CONCURRENCY, ifExists = 'keep', maxBytes, onProgress, signal, ...wait } = options;
    this.#client = client;
    this.#folder = folder;
    this.#signal = signal;
    this.#concurrency = concurrency;
    this.#wait = wait;
    this.#save = { ifExists, maxBytes, onProgress };
  }

  /** Yields the outcomes as they come; nothing is under way any more when it ends. */
  async *run(ids: Iterable<string> | AsyncIterable<string>): AsyncGenerator<SaveOutcome, void> {
    const overwrites = this.#save.ifExists === 'overwrite';
    const files = new Set(overwrites ? [] : await readdir(this.#folder).catch(() => []));
    throwIfAborted(this.#signal);
    const stopListening = onAbort(this.#signal, () => this.#end(abortReason(this.#signal)));
    const work = this.#waitAndSave(ids, files);
    try {
      yield* this.#outcomes;
    } finally {
      stopListening();
      this.#stop.abort();
      // Until every partial file has been released.
      await work.catch(ignore);
    }
  }

  async #waitAndSave(
    ids: Iterable<string> | AsyncIterable<string>,
    files: ReadonlySet<string>,
  ): Promise<void> {
    const { signal } = this.#stop;
    const saves = new SaveQueue(this.#concurrency, signal, (id, video) => this.#saveOne(id, video));
    const missing = withoutFile(ids, files, (id) => this.#saveOne(id, null));
    try {
      for await (const outcome of this.#client.waitForAll(missing, { ...this.#wait, signal })) {
        if (outcome.status === 'rejected') this.#outcomes.push(outcome);
        else saves.add(outcome.id, outcome.value);
      }
    } catch (error) {
      this.#end(error);
    }
    await saves.idle();
    this.#outcomes.end();
  }

  /** @param video - `null` if there is a file of the task already: then nothing is polled. */
  async #saveOne(id: string, video: CompletedVideo | null): Promise<void> {
    const { onProgress, ...options } = this.#save;
    try {
      // Under the caller's id: gateways have ids of their own.
      const value = await saveVideo(this.#client, video ? { ...video, id } : id, this.#folder, {
        ...options,
        onProgress: onProgress && ((progress) => onProgress({ id, ...progress })),
        signal: this.#stop.signal,
      });
      const saved = video && !value.kept ? { ...value, video } : value;
      this.#outcomes.push({ id, status: 'fulfilled', value: saved });
    } catch (reason) {
      this.#outcomes.push({ id, status: 'rejected', reason });
    }
  }

  /** Ends everything with an error. */
  #end(error: unknown): void {
    this.#outcomes.end(error);
    this.#stop.abort(error);
  }
}

/** The ids that have none of the files yet; the others are ended by `end`. */
async function* withoutFile(
  ids: Iterable<string> | AsyncIterable<string>,
  files: ReadonlySet<string>,
  end: (id: string) => Promise<void>,
): AsyncGenerator<string, void> {
  for await (const id of ids) {
    if (typeof id === 'string' && videoNames(id).some((name) => files.has(name))) await end(id);
    else yield id;
  }
}
