// The options of a download.

/** How far a download has come. */
export interface DownloadProgress {
  /** Bytes of the file that have arrived; it never falls. */
  readonly receivedBytes: number;
  /** The length of the file, or `null` where the server does not tell. */
  readonly totalBytes: number | null;
}

/** Options of a download. */
export interface DownloadOptions {
  /** Stops the download at once, its body included: with `signal.reason`. */
  signal?: AbortSignal | undefined;
  /** Called about ten times a second, and at the end. An error out of it ends the download; a promise is awaited. */
  onProgress?: ((progress: DownloadProgress) => unknown) | undefined;
}
