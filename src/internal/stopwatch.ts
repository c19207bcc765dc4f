// Measures time by both clocks of a runtime.

/**
 * Starts now; returns the milliseconds since then, by whichever clock moves: browsers halt `performance.now` while the
 * machine sleeps, and tests fake one of the two, both, or set them back.
 */
export function stopwatch(): () => number {
  const date = Date.now();
  const start = performance.now();
  return () => Math.max(Date.now() - date, performance.now() - start);
}
