// Pauses that end early when the page of a browser is shown again or comes back online.

import { abortReason, onAbort, throwIfAborted } from '../internal/abort.ts';
import { isBrowser } from '../internal/runtime.ts';
import { sleep } from '../internal/sleep.ts';
import { stopwatch } from '../internal/stopwatch.ts';

/** Why a page wakes: it is shown or thawed again, or the network is back. */
export type Wake = 'shown' | 'online';

/** Whether they are dispatched at the document or the window, the window's capture listeners receive all of them. */
const EVENTS = ['visibilitychange', 'pageshow', 'resume', 'online'];

const callbacks = new Set<(wake: Wake) => void>();

function listener({ type }: { type: string }): void {
  const isHidden = globalThis.document?.visibilityState === 'hidden';
  // Without a network, a poll could only fail, and count as a failure.
  if (type !== 'online' && (isHidden || navigator.onLine === false)) return;
  for (const callback of callbacks) callback(type === 'online' ? 'online' : 'shown');
}

/** Calls back whenever the page wakes; returns a function that stops it. All callbacks share the listeners. */
function onWake(callback: (wake: Wake) => void): () => void {
  if (callbacks.size === 0) for (const event of EVENTS) addEventListener(event, listener, true);
  callbacks.add(callback);
  return () => {
    callbacks.delete(callback);
    if (callbacks.size === 0) for (const event of EVENTS) removeEventListener(event, listener, true);
  };
}

export interface Sleeper {
  /** How many milliseconds it must sleep, from now on, before each kind of wake may end its pause. */
  minPauses(): Record<Wake, number>;
  /** Called when its pause was cut short. */
  wake(): void;
}

/**
 * Sleeps as {@link sleep} does; but when the page wakes after the sleeper's shortest pause, the pause ends, and the
 * sleeper's `wake` is called. In runtimes without pages it is a plain pause.
 */
export function sleepOrWake(ms: number, sleeper: Sleeper, signal: AbortSignal | undefined): Promise<void> {
  // Some libraries for Node define a `document`, but no events.
  const isPage = isBrowser() && typeof addEventListener === 'function';
  return isPage ? sleepInPage(ms, sleeper, signal) : sleep(ms, signal);
}

async function sleepInPage(ms: number, sleeper: Sleeper, signal: AbortSignal | undefined): Promise<void> {
  throwIfAborted(signal);
  const elapsed = stopwatch();
  const minPauses = sleeper.minPauses();
  const alarm = new AbortController();
  const stopAbort = onAbort(signal, () => alarm.abort(abortReason(signal)));
  const stopWake = onWake((wake) => {
    if (elapsed() >= minPauses[wake]) alarm.abort(alarm);
  });
  try {
    await sleep(ms, alarm.signal);
  } catch (reason) {
    if (reason !== alarm) throw reason;
    sleeper.wake();
  } finally {
    stopAbort();
    stopWake();
  }
}
