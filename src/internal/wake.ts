import { onAbort } from './abort.ts';
import { isBrowser } from './runtime.ts';
import { sleep } from './sleep.ts';

/** How a page wakes: it is shown or thawed again, or the network is back. */
export type Wake = 'shown' | 'online';

/** On their way to the document or to the window, all of them pass the window. */
const EVENTS = ['visibilitychange', 'pageshow', 'resume', 'online'];

const callbacks = new Set<(wake: Wake) => void>();

function listener({ type }: { type: string }): void {
  const isHidden = globalThis.document?.visibilityState === 'hidden';
  // Without a network, a look could only fail, and count as a failure.
  if (type !== 'online' && (isHidden || navigator.onLine === false)) return;
  for (const callback of callbacks) callback(type === 'online' ? 'online' : 'shown');
}

/** Calls back whenever the page wakes; returns what takes the callback away again. All callbacks share the listeners. */
function onWake(callback: (wake: Wake) => void): () => void {
  if (callbacks.size === 0) for (const event of EVENTS) addEventListener(event, listener, true);
  callbacks.add(callback);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size === 0) for (const event of EVENTS) removeEventListener(event, listener, true);
  };
}

/** Milliseconds since now, also those that the machine slept through: browsers halt one clock meanwhile. */
function stopwatch(): () => number {
  const date = Date.now();
  const start = performance.now();
  return () => Math.max(Date.now() - date, performance.now() - start);
}

/**
 * Sleeps as {@link sleep} does; but when the page wakes, and at least `least(wake)` milliseconds have passed, the
 * pause is over. In runtimes without pages it is a plain pause.
 *
 * @returns whether the page has woken.
 */
export async function sleepOrWake(
  ms: number,
  least: (wake: Wake) => number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (!isBrowser()) {
    await sleep(ms, signal);
    return false;
  }
  signal?.throwIfAborted();
  const elapsed = stopwatch();
  const alarm = new AbortController();
  const forgetAbort = onAbort(signal, () => alarm.abort(signal?.reason));
  const forgetWake = onWake((wake) => {
    if (elapsed() >= least(wake)) alarm.abort(alarm);
  });
  try {
    await sleep(ms, alarm.signal);
    return false;
  } catch (reason) {
    if (reason !== alarm) throw reason;
    return true;
  } finally {
    forgetAbort();
    forgetWake();
  }
}
