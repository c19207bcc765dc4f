import assert from 'node:assert/strict';
import { it, mock } from 'node:test';
import { runChecks } from './conformance.mjs';
import { timeChecks } from './conformance-time.mjs';

/** Ticks second by second: what is due resolves promises, which must run before the next tick. */
const flush = setImmediate;
async function advance(ms) {
  for (let passed = 0; passed < ms; passed += 1_000) {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => flush(resolve));
    mock.timers.tick(1_000);
  }
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => flush(resolve));
}

it('the package works with mock timers', async () => {
  // They leave `performance` alone.
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const report = await runChecks(timeChecks(advance), { otherCopies: [] });
  console.log(JSON.stringify(report));
  assert.deepEqual(report.failed, []);
});
