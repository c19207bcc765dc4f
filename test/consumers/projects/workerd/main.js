import * as otherCopy from 'other-copy';
import { conform } from './conformance.mjs';

const worker = {
  async fetch(request) {
    const baseUrl = new URL(request.url).searchParams.get('baseUrl');
    return Response.json(await conform({ baseUrl, otherCopies: [otherCopy] }));
  },
};
// biome-ignore lint/style/noDefaultExport: workerd asks for one.
export default worker;
