import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, runScript } from './helpers/run.ts';

const example = (name: string) => join(ROOT, 'examples', `${name}.ts`);
const lines = (text: string) => text.split('\n').filter((line) => line !== '');

describe.concurrent('examples', { timeout: 30_000 }, () => {
  it('the demo prints plain lines when piped, and saves a whole video into the working folder', async ({
    expect,
    onTestFinished,
  }) => {
    const folder = await mkdtemp(join(tmpdir(), 'videos-client-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const { code, stdout, stderr } = await runScript(example('demo'), [], { cwd: folder });

    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('No VIDEOS_API_KEY: using a local emulator');
    expect(stdout).toMatch(/video_1234567890: queued after \d+ s, next poll in 1 s\n/);
    expect(stdout).toMatch(/video_1234567890: processing after \d+ s, next poll in 2 s\n/);
    expect(stdout).not.toContain('\r');
    expect(await readdir(folder)).toEqual(['video_1234567890.mp4']);
    const saved = await readFile(join(folder, 'video_1234567890.mp4'));
    expect(saved.equals(await readFile(join(ROOT, 'src/testing/sample-video.mp4')))).toBe(true);
    expect(stdout).toContain(join(folder, 'video_1234567890.mp4'));
    expect(stdout).toContain(`${saved.length} bytes`);
    expect(stdout).toContain('5 s of video');
  });

  it('the demo with a key requires a task id', async ({ expect }) => {
    const { code, stderr } = await runScript(example('demo'), [], { env: { VIDEOS_API_KEY: 'key' } });

    expect(code).toBe(2);
    expect(stderr).toContain('npm run demo -- video_123');
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
