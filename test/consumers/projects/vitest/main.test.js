import { expect, it, vi } from 'vitest';
import { runChecks } from './conformance.mjs';
import { timeChecks } from './conformance-time.mjs';

it('the package works with fake timers', async () => {
  // The defaults of vitest 2 leave `performance` alone.
  vi.useFakeTimers();
  const report = await runChecks(
    timeChecks((ms) => vi.advanceTimersByTimeAsync(ms)),
    { otherCopies: [] },
  );
  process.stdout.write(`${JSON.stringify(report)}\n`);
  expect(report.failed).toEqual([]);
});
