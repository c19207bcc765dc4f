// A request body that no runtime sends twice by itself.

import { isBun, isDeno } from '../internal/runtime.ts';

/**
 * What `fetch` needs to send a body at most once. When a reused connection closes, Deno 2.9 sends a string again on a new
 * one, but not a Blob, which it reads as a stream (and which, unlike a stream, has a `content-length`); Bun before 1.4
 * sends everything again, so that it gets a connection of its own. Node repeats no POST.
 */
export function bodyOnce(body: string): RequestInit {
  if (isDeno()) return { body: new Blob([body]) };
  return isBun() ? { body, keepalive: false } : { body };
}
