import * as otherCopy from 'other-copy';
import { VideosClient } from 'videos-client';
import { conform } from './conformance.mjs';

/** At module scope, as an application has it: requests of many visitors share it. */
let client;

const worker = {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const baseUrl = searchParams.get('baseUrl');
    if (pathname !== '/shared') return Response.json(await conform({ baseUrl, otherCopies: [otherCopy] }));

    client ??= new VideosClient({ apiKey: 'key-of-the-worker', baseUrl });
    const call = client.getResult(searchParams.get('id'));
    if (searchParams.has('throw')) throw new Error('This request of the worker fails.');
    return Response.json(await call);
  },
};
// biome-ignore lint/style/noDefaultExport: workerd asks for one.
export default worker;
