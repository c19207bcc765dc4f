const { runChecks } = require('./conformance.cjs');
const { timeChecks } = require('./conformance-time.cjs');

it('the package works with fake timers', async () => {
  jest.useFakeTimers();
  const report = await runChecks(
    timeChecks((ms) => jest.advanceTimersByTimeAsync(ms)),
    { otherCopies: [] },
  );
  process.stdout.write(`${JSON.stringify(report)}\n`);
  expect(report.failed).toEqual([]);
});
