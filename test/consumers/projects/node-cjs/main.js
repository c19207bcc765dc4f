const { conform } = require('./conformance.cjs');
const { fileChecks } = require('./conformance-files.cjs');

import('videos-client')
  .then((esm) => conform({ otherCopies: [esm, require('other-copy')] }, fileChecks))
  .then((report) => console.log(JSON.stringify(report)));
