import { createRequire } from 'node:module';
import * as otherCopy from 'other-copy';
import { conform } from './conformance.mjs';

const require = createRequire(import.meta.url);
console.log(JSON.stringify(await conform({ otherCopies: [require('videos-client'), otherCopy] })));
