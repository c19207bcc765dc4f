// Which runtime this is, and what it allows.

interface Globals {
  process?: { env?: Record<string, string | undefined>; versions?: { node?: string } };
  document?: unknown;
  importScripts?: unknown;
  Deno?: unknown;
  Bun?: unknown;
  navigator?: { userAgent?: string };
}

const globals = globalThis as Globals;

/** A variable of the environment; `undefined` if it is empty, there is no environment, or no permission to read it. */
export function environment(name: string): string | undefined {
  try {
    // Looked up at run time, so that no bundler writes a key into a bundle.
    return globals.process?.env?.[name] || undefined;
  } catch {
    return undefined; // Deno without --allow-env.
  }
}

/** Options of a fetch that no cache answers: an old status would be wrong, and part of a file is not the file. */
export function uncached<Init extends object>(init: Init): Init & { cache?: 'no-store' } {
  // In workerd the property exists only if it may be set.
  return 'cache' in Request.prototype ? { ...init, cache: 'no-store' } : init;
}

export const isDeno = () => globals.Deno !== undefined;
export const isBun = () => globals.Bun !== undefined;

/** Whether this is Node itself: other runtimes name a version of Node, too. */
export const isNode = () =>
  globals.process?.versions?.node !== undefined && !isDeno() && !isBun() && !isWorkerd();

/** Whether the promises and timers of one request must not be another's: Cloudflare Workers. */
export const isWorkerd = () =>
  globals.navigator?.userAgent === 'Cloudflare-Workers' || 'WebSocketPair' in globalThis;

/** Whether the code runs where a visitor can read it: in a page, or in a worker of one. */
export function isBrowser(): boolean {
  const isPage = globals.document !== undefined;
  const isWorker = typeof globals.importScripts === 'function';
  return (isPage || isWorker) && !isDeno() && !isWorkerd();
}
