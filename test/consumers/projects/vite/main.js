import * as otherCopy from 'other-copy';
import { conform } from './conformance.mjs';

const baseUrl = new URLSearchParams(location.search).get('baseUrl');
window.report = conform({ isBrowser: true, baseUrl, otherCopies: [otherCopy] });
