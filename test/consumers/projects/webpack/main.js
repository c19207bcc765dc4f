import * as otherCopy from 'other-copy';
import { conform } from './conformance.mjs';

window.report = conform({ isBrowser: true, baseUrl: `${location.origin}/videos`, otherCopies: [otherCopy] });
