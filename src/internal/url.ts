// URLs: parsing, and how a message shows them.

/** The http(s) URL that the text is, or `null`. */
export function parseUrl(text: string, base?: string | URL): URL | null {
  try {
    const url = new URL(text, base);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
  } catch {
    return null;
  }
}

/** A URL as a message may show it: without what may be a secret, its query, fragment, user and password. */
export function bareUrl(url: string | URL): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
