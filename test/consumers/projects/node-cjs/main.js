const { conform } = require('./conformance.cjs');

import('videos-client')
  .then((esm) => conform({ otherCopies: [esm, require('other-copy')] }))
  .then((report) => console.log(JSON.stringify(report)));
