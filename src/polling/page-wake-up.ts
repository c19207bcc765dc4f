import { abortReason, onAbort, throwIfAborted } from '../internal/abort.ts';
import { isBrowser } from '../internal/runtime.ts';
import { sleep } from '../internal/sleep.ts';

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

/** Whoever sleeps. */
export interface Sleeper {
  /** Milliseconds from now on that each wake leaves it at the least. */
  leastPauses(): Record<Wake, number>;
  /** Hears that its pause was cut short. */
  wake(): void;
}

/**
 * Sleeps as {@link sleep} does; but when the page wakes, and the sleeper's least pause has passed, the pause is over,
 * and the sleeper is told. In runtimes without pages it is a plain pause.
 */
export function sleepOrWake(ms: number, sleeper: Sleeper, signal: AbortSignal | undefined): Promise<void> {
  // Some libraries for Node leave a `document` behind.
  const isPage = isBrowser() && typeof addEventListener === 'function';
  return isPage ? sleepInPage(ms, sleeper, signal) : sleep(ms, signal);
}

async function sleepInPage(ms: number, sleeper: Sleeper, signal: AbortSignal | undefined): Promise<void> {
  throwIfAborted(signal);
  const elapsed = stopwatch();
  const least = sleeper.leastPauses();
  const alarm = new AbortController();
  const forgetAbort = onAbort(signal, () => alarm.abort(abortReason(signal)));
  const forgetWake = onWake((wake) => {
    if (elapsed() >= least[wake]) alarm.abort(alarm);
  });
  try {
    await sleep(ms, alarm.signal);
  } catch (reason) {
    if (reason !== alarm) throw reason;
    sleeper.wake();
  } finally {
    forgetAbort();
    forgetWake();
  }
}
