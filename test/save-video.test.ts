import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { VideosClient } from '../src/index.ts';
import { saveVideo } from '../src/node/save-video.ts';
import { serveFile, sha256 } from './helpers/file-server.ts';
test('x', async () => {
  const s = await serveFile({}, [{dropAfter: 1000}, {dropAfter: 5000}, {dropAfter: 10}]);
  const c = new VideosClient({ apiKey: 'k', maxRetries: 0 });
  const v = { id: 'a/b', object: 'video', created: null, model: null, status: 'completed', video_url: s.url('/x?sig=1'), actualDuration: 1, error: null } as const;
  const dir = await mkdtemp(join(tmpdir(), 'sv-'));
  for (let i = 0; i < 3; i++) {
    await saveVideo(c, v, dir).catch(e => console.log(e.message));
    console.log(await readdir(dir));
  }
  console.log(await saveVideo(c, v, dir));
    console.log(await readdir(dir));
  await saveVideo(c, v, dir).catch(e => console.log(e));
    console.log(await readdir(dir));
  console.log(s.requests.map(r => [r.range, r.ifRange]));
  expect(sha256(await readFile(join(dir, (await readdir(dir))[0]!)))).toBe(sha256(s.file.bytes));
});
