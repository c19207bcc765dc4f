// Why the bytes of a download cannot be joined to any others.

import { hasBrand, VideosError } from '../errors/videos-error.ts';

/**
 * The cause of a `DownloadError` after which the file can only be downloaded again from its start. Not public: an error of
 * another copy of the package is recognised as all its errors are, by the brand and the name.
 */
export class CannotResumeError extends VideosError {
  declare readonly name: 'CannotResumeError';

  constructor(message: string, taskId: string, cause?: unknown) {
    super(message, { name: 'CannotResumeError', taskId, isTransient: true, cause });
  }

  /** Whether it is what ended a download, also one of another copy of the package. */
  static isCauseOf(error: unknown): boolean {
    const { cause } = Object(error) as { cause?: unknown };
    return hasBrand(cause) && cause.name === 'CannotResumeError';
  }
}
