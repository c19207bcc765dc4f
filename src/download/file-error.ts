import { DownloadError } from '../errors/index.ts';
import { redactError } from '../internal/redact.ts';
import { idText, shorten } from '../internal/text.ts';
import { bareUrl, parseUrl } from '../internal/url.ts';

/** The query of a URL in a text. */
const QUERY = /\?[\w.~%-]+=[^\s"'<>()]*/g;

/** What differs from failure to failure. */
export interface FileErrorMore {
  /** @default true */
  isTransient?: boolean;
  cause?: unknown;
}

interface FileErrorDetails extends FileErrorMore {
  taskId: string;
  /** Where the file was looked for, query included: no part of that is shown. */
  url: string;
  status: number | null;
  receivedBytes: number;
  /** The API key, as it was last known: it may be in what a server says. */
  secret: string | null;
}

/** The error of a file that could not be fetched. */
export function fileError(what: string, details: FileErrorDetails): DownloadError {
  const { taskId, isTransient = true, status, receivedBytes, secret, cause } = details;
  const url = parseUrl(details.url);
  const shown = url && bareUrl(url);
  // A page, or a foreign fetch, may name the whole URL, or that of a redirect; its query may be a signature.
  const words = (url?.search ? what.replaceAll(url.search, '') : what).replace(QUERY, '');
  const error = new DownloadError(
    `Failed to download the video of task ${idText(taskId)}${shown === null ? '' : ` from ${shorten(shown)}`}: ${words}. ${
      isTransient ? 'The task itself is not affected. Download it again.' : 'Check the video_url of the task.'
    }`,
    { taskId, isTransient, url: shown, status, receivedBytes, cause },
  );
  for (const hidden of [secret, url?.search]) if (hidden) redactError(error, hidden);
  return error;
}
