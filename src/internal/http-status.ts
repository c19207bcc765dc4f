// What an HTTP status means for the next request.

/** Statuses whose `Location` is to be requested instead (RFC 9110 section 15.4). */
export const isRedirect = (status: number) => [301, 302, 303, 307, 308].includes(status);

/** Whether the same request may get another status a moment later. A 304 or 300 to a plain GET is the mistake of a cache. */
export const isTransientStatus = (status: number) =>
  [408, 425, 429].includes(status) || status >= 500 || (status >= 300 && status < 400 && !isRedirect(status));

/** Whether a status refuses the API key. */
export const isKeyRefused = (status: number) => status === 401 || status === 403;

/** Redirects followed for one request, the number that clients of this service agree on. */
export const MAX_REDIRECTS = 5;
