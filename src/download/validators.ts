// What identifies one version of a file from one response to the next (RFC 9110, sections 8.8 and 13.1.5).

/** The headers of any fetch's response. */
export interface ResponseHeaders {
  get(name: string): string | null;
}

/** Seconds are all that an HTTP date counts: within one, a file may change again unseen. */
const MIN_AGE = 1_000;

const isStrongEtag = (value: string | null) => value !== null && /^"[^"]*"$/.test(value);

/** Whether `If-Range` takes this value: a strong ETag, or a date. A weak ETag does not promise the same bytes. */
export function isUsableValidator(value: string): boolean {
  return isStrongEtag(value) || /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/.test(value);
}

/** The header that a validator comes from. */
export const headerOf = (validator: string) => (isStrongEtag(validator) ? 'etag' : 'last-modified');

/** What a response gives to recognize its file by later: a strong ETag, else the date of the last change, else `null`. */
export function validatorOf(headers: ResponseHeaders): string | null {
  const etag = headers.get('etag');
  if (etag !== null && isStrongEtag(etag)) return etag;
  const lastModified = headers.get('last-modified');
  if (lastModified === null || !isUsableValidator(lastModified)) return null;
  // Across origins a browser hides the server's own date.
  const sentAt = Date.parse(headers.get('date') ?? '') || Date.now();
  return sentAt - Date.parse(lastModified) >= MIN_AGE ? lastModified : null;
}
