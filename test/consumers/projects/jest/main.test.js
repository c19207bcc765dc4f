const { conform } = require('./conformance.cjs');
const { fileChecks } = require('./conformance-files.cjs');

it('the package conforms', async () => {
  const report = await conform({ otherCopies: [require('other-copy')] }, fileChecks);
  process.stdout.write(`${JSON.stringify(report)}\n`);
  expect(report.failed).toEqual([]);
});
