// npm's undici, loaded by any dependency, replaces what is behind Node's own fetch: its parser once ended the process
// if a response with `Connection: close` had arrived whole before its body was read.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import 'undici';
import { VideosClient } from 'videos-client';
import { saveVideo } from 'videos-client/node';
import { buildVideo } from 'videos-client/testing';
import { runChecks } from './conformance.mjs';

const bytes = Buffer.alloc(20_000, 7);
const server = createServer((_, response) => {
  response.writeHead(200, {
    connection: 'close',
    'content-type': 'video/mp4',
    'content-length': bytes.length,
  });
  response.end(bytes);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const checks = {
  async 'a file of 20 kB from a host that closes its connections is saved fifty times'() {
    const client = new VideosClient({ apiKey: null, allowPrivateFiles: true });
    const folder = await mkdtemp(join('.', 'saved-'));
    try {
      for (let round = 0; round < 50; round++) {
        const url = `http://127.0.0.1:${server.address().port}/${round}.mp4`;
        const { path } = await saveVideo(
          client,
          buildVideo({ video_url: url }),
          join(folder, `${round}.mp4`),
        );
        if (!(await readFile(path)).equals(bytes)) throw new Error(`${path} is not the file`);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
console.log(JSON.stringify(await runChecks(checks, { otherCopies: [] })));
server.close();
