import { createRequire } from 'node:module';
import * as otherCopy from 'other-copy';
import { conform } from './conformance.mjs';
import { fileChecks } from './conformance-files.mjs';

const require = createRequire(import.meta.url);
const otherCopies = [require('videos-client'), otherCopy];
console.log(JSON.stringify(await conform({ otherCopies }, fileChecks)));
