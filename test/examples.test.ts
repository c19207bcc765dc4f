import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVideosEmulator } from 'videos-client/testing';
import { describe, expect, it } from 'vitest';
import { ROOT, runScript } from './helpers/run.ts';

const example = (name: string) => join(ROOT, 'examples', `${name}.ts`);
const lines = (text: string) => text.split('\n').filter((line) => line !== '');

describe.concurrent('examples', { timeout: 30_000 }, () => {
  it('the demo goes from a prompt to a saved, whole video, in plain lines when piped', async ({
    expect,
    onTestFinished,
  }) => {
    const folder = await mkdtemp(join(tmpdir(), 'videos-client-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const { code, stdout, stderr } = await runScript(example('demo'), [], { cwd: folder });

    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).not.toContain('\r');
    const [id = ''] = /video_\d+/.exec(stdout) ?? [];
    const saved = await readFile(join(folder, `${id}.mp4`));
    expect(saved.equals(await readFile(join(ROOT, 'src/testing/sample-video.mp4')))).toBe(true);
    expect(await readdir(folder)).toEqual([`${id}.mp4`]);
    const shown = lines(stdout).map((line) => line.replace(/in \d s/, 'in … s'));
    expect(shown).toEqual([
      expect.stringMatching(/^No VIDEOS_API_KEY: using a local emulator at http:/),
      'Request: {"model":"videos","prompt":"A cat on a skateboard","duration":5,"ratio":"16:9"}',
      `Task:    ${id}`,
      'Status:  queued, next poll in … s',
      ...Array(2).fill('Status:  processing, next poll in … s'),
      'Status:  completed',
      expect.stringMatching(/^File: {4}\d+ bytes$/),
      ...shown.slice(8, -1).map(() => expect.stringMatching(/^File: {4}\d+ bytes$/)),
      `Saved:   ${join(folder, `${id}.mp4`)}, ${saved.length} bytes, 5 s of video`,
    ]);
  });

  it('the demo with a key sends nothing without a prompt', async ({ expect }) => {
    const { code, stderr, stdout } = await runScript(example('demo'), [], { env: { VIDEOS_API_KEY: 'key' } });

    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('npm run demo -- "A cat on a skateboard"');
  });

  it('the generate example, killed during the wait, resumes with the stored id and creates nothing', async ({
    expect,
    onTestFinished,
  }) => {
    const folder = await mkdtemp(join(tmpdir(), 'videos-client-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const killed = await runScript(example('generate'), [], {
      cwd: folder,
      onLine: (line, child) => line.includes(' is ') && child.kill('SIGKILL'),
    });
    const { id } = JSON.parse(await readFile(join(folder, 'generate.json'), 'utf8'));
    expect(killed.stdout).toContain(`${id} is queued`);

    const resumed = await runScript(example('generate'), [], { cwd: folder });
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toContain(`Resuming ${id}`);
    expect(resumed.stdout).toContain(`Saved ${join(folder, `${id}.mp4`)}`);
    expect(await readdir(folder)).toEqual([`${id}.mp4`]);
  });

  it('the generate example, killed while it creates a task, creates no second one', async ({
    expect,
    onTestFinished,
  }) => {
    const folder = await mkdtemp(join(tmpdir(), 'videos-client-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    let creates = 0;
    const service = createServer((request) => {
      creates += 1;
      request.resume();
      child?.kill('SIGKILL');
    });
    let child: ChildProcess | undefined;
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void service.close());
    const { port } = service.address() as AddressInfo;
    const env = { VIDEOS_API_KEY: 'test-key', VIDEOS_BASE_URL: `http://127.0.0.1:${port}` };
    const run = () =>
      runScript(example('generate'), [], { cwd: folder, env, onStart: (started) => (child = started) });

    expect((await run()).code).toBe(null);
    const second = await run();
    expect([second.code, creates]).toEqual([1, 1]);
    expect(second.stderr).toContain('look for it in your account');
  });

  it('the batch example saves the videos of all ids in a file, and run again requests nothing', async ({
    expect,
    onTestFinished,
  }) => {
    const folder = await mkdtemp(join(tmpdir(), 'videos-client-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const emulator = createVideosEmulator();
    for (const id of ['task_1', 'task_2']) emulator.addTask({ id, after: { polls: 1 } });
    const { baseUrl, close } = await emulator.listen();
    onTestFinished(close);
    await writeFile(join(folder, 'ids.txt'), 'task_1\ntask_2\n');
    const env = { VIDEOS_API_KEY: 'test-key', VIDEOS_BASE_URL: baseUrl };
    const run = () => runScript(example('batch'), ['ids.txt', 'videos'], { cwd: folder, env });

    const first = await run();
    expect([first.stderr, first.code]).toEqual(['', 0]);
    expect(lines(first.stdout).sort()).toEqual(
      ['task_1', 'task_2'].map((id) => `${id} ${join(folder, 'videos', `${id}.mp4`)}`),
    );
    const { length } = emulator.requests;
    expect((await run()).code).toBe(0);
    expect(emulator.requests).toHaveLength(length);
  });

  it('the watch example follows a task to its end', async ({ expect }) => {
    const { code, stdout } = await runScript(example('watch'), ['video_7']);

    expect(code).toBe(0);
    const [, first, ...rest] = lines(stdout);
    expect(first).toBe('video_7 is queued');
    expect(rest.at(-1)).toMatch(/^video_7 is ready: 5 s at http:/);
  });

  it('the resume example stops with Ctrl-C, says how to resume, and resumes from the id alone', async ({
    expect,
  }) => {
    const stopped = await runScript(example('resume'), ['video_7'], {
      onLine: (line, child) => line.includes('is queued') && child.kill('SIGINT'),
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toContain('npx tsx examples/resume.ts video_7');

    const resumed = await runScript(example('resume'), ['video_7']);
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toContain('video_7 is ready: http:');
  });

  it('the save-video example prints plain lines when piped, and saves a whole video into the working folder', async ({
    expect,
    onTestFinished,
  }) => {
    const folder = await mkdtemp(join(tmpdir(), 'videos-client-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const { code, stdout } = await runScript(example('save-video'), ['video_7'], { cwd: folder });

    expect(code).toBe(0);
    expect(stdout).not.toContain('\r');
    expect(stdout).toMatch(/^[█░]{30} \d+\.\d of 20 MB$/m);
    expect(stdout).toContain(`Saved ${join(folder, 'video_7.mp4')}: 20000000 bytes`);
    expect(await readdir(folder)).toEqual(['video_7.mp4']);
  });

  it('the errors example shows what to do about each kind of error', async ({ expect }) => {
    const { code, stdout } = await runScript(example('errors'));

    expect(code).toBe(0);
    expect(
      lines(stdout)
        .slice(1)
        .map((line) => line.replace(/\d+ ms|http:\S+/, '…')),
    ).toEqual([
      'video_refused: no video, and none will come: It breaks the content policy.',
      'video_slow: not ready after …: keep the id and wait again, never submit it again',
      'video_shaky: ready at …',
      'video_lost: not ready after …: keep the id and wait again, never submit it again',
      'video_unknown: no such task (HTTP 404): check the id',
      'video_slow, with the wrong key: the key is wrong: fix it, then wait again',
    ]);
  });
});

it('the demo imports the package by its name, and has fewer than 60 lines', async () => {
  const code = await readFile(example('demo'), 'utf8');

  expect(code.split('\n').length).toBeLessThan(60);
  expect(code).toContain("from 'videos-client'");
});
