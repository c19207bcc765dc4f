import { expect, test } from 'vitest';
import { VideosClient } from '../src/index.ts';
import { serveFile, sha256 } from './helpers/file-server.ts';

test('x', async () => {
  const s = await serveFile({}, [{ dropAfter: 1000 }, { dropAfter: 5000 }, {}]);
  const c = new VideosClient({ apiKey: 'k' });
  const v = {
    id: 'a',
    object: 'video',
    created: null,
    model: null,
    status: 'completed',
    video_url: s.url('/x?sig=1'),
    actualDuration: 1,
    error: null,
  } as const;
  const r = await c.download(v, { onProgress: (p) => console.log(p) });
  console.log(r.status, [...r.headers]);
  const bytes = (await r.bytes?.()) ?? new Uint8Array(await r.arrayBuffer());
  expect(sha256(bytes)).toBe(sha256(s.file.bytes));
  console.log(s.requests.map((r) => [r.range, r.ifRange]));
});
