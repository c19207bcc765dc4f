import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Video } from 'videos-client';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ROOT, runScript } from './helpers/run.ts';

/** Starts the example on a free port; it ends with the test. */
function startServer(): Promise<string> {
  return new Promise((resolve, reject) => {
    let server: ChildProcess | undefined;
    const run = runScript(join(ROOT, 'examples/server.ts'), [], {
      env: { PORT: '0' },
      onLine(line, child) {
        server = child;
        const [url] = /http:\S+\/videos$/.exec(line) ?? [];
        if (url !== undefined) resolve(url);
      },
    });
    run.then(({ stderr }) => reject(new Error(stderr)), reject);
    onTestFinished(async () => {
      server?.kill();
      await run;
    });
  });
}

interface Job {
  video: Video;
  error: string | null;
}

it('the server example starts a task for a POST, and returns its state for a GET', async () => {
  const url = await startServer();
  const post = (body: string) => fetch(url, { method: 'POST', body });

  for (const body of ['{', '{}', 'x'.repeat(20_000)]) {
    const refused = await post(body);
    expect([refused.status, await refused.json()]).toEqual([400, { message: expect.any(String) }]);
  }
  expect((await fetch(`${url}/video_unknown`)).status).toBe(404);
  expect((await fetch(url)).status).toBe(404);

  const created = await post(JSON.stringify({ prompt: 'A paper boat on a lake' }));
  const { id, status } = (await created.json()) as Video;
  expect([created.status, status]).toEqual([202, 'queued']);

  const getJob = async () => (await (await fetch(`${url}/${id}`)).json()) as Job;
  expect(await getJob()).toMatchObject({ video: { id }, error: null });
  await vi.waitFor(async () => expect((await getJob()).video.status).toBe('completed'), {
    timeout: 20_000,
    interval: 200,
  });
});
