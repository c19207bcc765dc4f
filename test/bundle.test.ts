import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { bundle } from './helpers/bundle.ts';

it('a bundle for browsers stays within its budget of 36,000 bytes, compressed, for a client that waits', async () => {
  const { code } = await bundle(`
    import { VideosClient } from 'videos-client';
    new VideosClient({ apiKey: null }).waitForCompletion('video_1').then(console.log);
  `);

  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(36_000);
});

it.each(['videos-client', 'videos-client/proxy'])(
  'a bundle for browsers needs no module of Node: %s',
  async (entry) => {
    // A built-in would be an error here: there is none in a browser, and bundlers add no polyfill.
    const { code, metafile } = await bundle(`import * as all from '${entry}'; console.log(all);`);

    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
    expect(imports.filter(({ external }) => external)).toEqual([]);
    expect(code).not.toMatch(/\bnode:|\brequire\(|\bBuffer\b|\bprocess\.env\b/);
  },
);
