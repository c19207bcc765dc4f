const { conform } = require('./conformance.cjs');

test('the package conforms', async () => {
  const report = await conform({ otherCopies: [require('other-copy')] });
  process.stdout.write(`${JSON.stringify(report)}\n`);
  expect(report.failed).toEqual([]);
});
