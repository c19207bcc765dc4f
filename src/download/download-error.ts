// Makes the error of a file that could not be fetched.

import { DownloadError } from '../errors/index.ts';
import { redactError } from '../internal/redact.ts';
import { idText, shorten } from '../internal/text.ts';
import { bareUrl, parseUrl } from '../internal/url.ts';

/** The query of a URL in a text. */
const QUERY = /\?[\w.~%-]+=[^\s"'<>()]*/g;

const DOWNLOAD_AGAIN = 'The task itself is not affected. Download it again.';
const CHECK_URL = 'Check the video_url of the task.';

/** What differs from failure to failure. */
export interface DownloadFailure {
  /** @default true */
  isTransient?: boolean;
  /** A sentence that says what to do. @default it follows from `isTransient` */
  advice?: string | undefined;
  cause?: unknown;
}

interface DownloadErrorDetails extends DownloadFailure {
  taskId: string;
  /** The file's URL. Its query may be a signature: no part of it is shown. */
  url: string;
  status: number | null;
  receivedBytes: number;
  /** The last known API key, which a server may repeat. */
  key: string | null;
}

/** @param reason - The part of the message that says what happened. */
export function downloadError(reason: string, details: DownloadErrorDetails): DownloadError {
  const { taskId, isTransient = true, status, receivedBytes, key, cause } = details;
  const { advice = isTransient ? DOWNLOAD_AGAIN : CHECK_URL } = details;
  const url = parseUrl(details.url);
  const shown = url && bareUrl(url);
  // A page, or a custom fetch, may name the whole URL, or that of a redirect.
  const words = (url?.search ? reason.replaceAll(url.search, '') : reason).replace(QUERY, '');
  const from = shown === null ? '' : ` from ${shorten(shown)}`;
  const error = new DownloadError(
    `Failed to download the video of task ${idText(taskId)}${from}: ${words}. ${advice}`,
    { taskId, isTransient, url: shown, status, receivedBytes, cause },
  );
  for (const hidden of [key, url?.search]) if (hidden) redactError(error, hidden);
  return error;
}
