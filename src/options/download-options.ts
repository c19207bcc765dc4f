// The options of a download.

/**
 * How far a download has come.
 *
 * @category Results
 */
export interface DownloadProgress {
  /** Bytes of the file that have arrived; it never falls. */
  readonly receivedBytes: number;
  /** The length of the file, or `null` if the server does not say. */
  readonly totalBytes: number | null;
}

/**
 * Where an earlier download ended.
 *
 * @category Options
 */
export interface ResumeFrom {
  /** How many bytes of the file are there already. */
  offset: number;
  /** The `etag` or `last-modified` of the earlier response; without it the file is downloaded from its beginning. */
  validator?: string | null | undefined;
}

/**
 * Options of a download.
 *
 * @category Options
 */
export interface DownloadOptions {
  /** Stops the download at once, its body included: with `signal.reason`. */
  signal?: AbortSignal | undefined;
  /** Called about ten times a second, and at the end. An error out of it ends the download; a promise is awaited. */
  onProgress?: ((progress: DownloadProgress) => unknown) | undefined;
  /**
   * The most bytes that the file may have, a resumed part included; `Infinity` for no limit.
   *
   * @default 2_147_483_648 (2 GiB)
   */
  maxBytes?: number | undefined;
  /** Continues an earlier download: status 206 from there on, or 200 with the whole file if it has changed. */
  resumeFrom?: ResumeFrom | undefined;
}
