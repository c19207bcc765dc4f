import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import ts from 'typescript';
import { createVideosEmulator } from 'videos-client/testing';
import { describe, expect, it } from 'vitest';
import { SAVE_ALL_OPTIONS, SAVE_VIDEO_OPTIONS } from '../src/node/known-options.ts';
import { CLIENT_DEFAULTS, WAIT_DEFAULTS } from '../src/options/defaults.ts';
import {
  CLIENT_OPTIONS,
  CREATE_OPTIONS,
  DOWNLOAD_OPTIONS,
  GENERATE_OPTIONS,
  GET_RESULT_OPTIONS,
  POLL_DECISION_OPTIONS,
  POLL_INTERVALS_OPTIONS,
  WAIT_OPTIONS,
} from '../src/options/known-options.ts';
import { codeBlocks, tableRows } from './helpers/readme.ts';
import { ROOT, runScript } from './helpers/run.ts';
import { scratch } from './helpers/scratch.ts';

const blocks = codeBlocks('README.md').filter(({ language }) => language === 'ts');

/** The compiler's messages about the blocks, each as a file of its own beside the README. */
function diagnose(codes: readonly string[]): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT);
  const files = new Map(codes.map((code, i) => [join(ROOT, `README.${i}.ts`), code]));
  const host = ts.createCompilerHost(options);
  const { readFile: read, fileExists } = host;
  host.readFile = (name) => files.get(name) ?? read(name);
  host.fileExists = (name) => files.has(name) || fileExists(name);
  const program = ts.createProgram([...files.keys()], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
}

describe('README', () => {
  it('the code blocks of the README compile under the strictest options', { timeout: 60_000 }, () => {
    expect(blocks.length).toBeGreaterThan(4);
    expect(diagnose(blocks.map(({ code }) => code))).toEqual([]);
  });

  it.for(blocks)('the code block of the README at line $line runs', { timeout: 30_000 }, async ({ code }) => {
    const emulator = createVideosEmulator();
    emulator.addTask({ id: 'video_1234567890', after: { polls: 1 } });
    // The next poll would come after 30 s.
    emulator.onCreate(() => ({ after: { ms: 0 } }));
    await using server = await emulator.listen();
    const folder = await scratch();
    const file = join(folder, 'block.mts');
    await writeFile(file, code);
    // A block with an emulator of its own needs no other.
    const baseUrl = code.includes('createVideosEmulator') ? {} : { VIDEOS_BASE_URL: server.baseUrl };
    const env = { VIDEOS_API_KEY: 'test-key', ...baseUrl };
    const run = await runScript(file, [], { cwd: folder, env });

    expect(run).toMatchObject({ code: 0, stderr: '' });
  });

  it('the Node server of the README keeps running, whatever request it receives', {
    timeout: 30_000,
  }, async () => {
    const code = blocks.find(({ code }) => code.includes('createServer'))?.code ?? '';
    const file = join(await scratch(), 'block.mts');
    await writeFile(file, code.replace('server.close()', 'console.log(Object(server.address()).port)'));
    const codes: unknown[] = [];
    const send = (port: number, method: string) =>
      new Promise((resolve, reject) => {
        const path = '/v1/result/video_1';
        request({ port, method, path }, (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end();
      });
    const run = await runScript(file, [], {
      env: { VIDEOS_API_KEY: 'test-key' },
      onLine: async (line, child) => {
        if (line === '') return;
        for (const method of ['TRACE', 'GET']) codes.push(await send(Number(line), method).catch(String));
        child.kill();
      },
    });
    expect(run.stderr).toBe('');
    expect(codes).toEqual([400, 403]);
  });

  it('the README states the defaults that the code has', () => {
    const rows = tableRows('README.md');

    for (const [name, value] of Object.entries({ ...CLIENT_DEFAULTS, ...WAIT_DEFAULTS })) {
      expect([name, rows.get(name)?.replaceAll('_', '')]).toEqual([name, String(value)]);
    }
  });

  it('the README names every option of the client, of a wait, and of each call', () => {
    const rows = tableRows('README.md');
    const calls = {
      generate: GENERATE_OPTIONS,
      saveAll: SAVE_ALL_OPTIONS,
      saveVideo: SAVE_VIDEO_OPTIONS,
      download: DOWNLOAD_OPTIONS,
      getResult: GET_RESULT_OPTIONS,
      create: CREATE_OPTIONS,
      pollIntervals: POLL_INTERVALS_OPTIONS,
      decideAfterPoll: POLL_DECISION_OPTIONS,
    };

    expect([...rows.keys()]).toEqual(
      expect.arrayContaining(Object.keys({ ...CLIENT_OPTIONS, ...WAIT_OPTIONS })),
    );
    for (const [call, options] of Object.entries(calls)) {
      const text = rows.get(call) ?? '';
      const ofWaits = text.includes('options of a wait') ? Object.keys(WAIT_OPTIONS) : [];
      const named = [...text.matchAll(/`(\w+)`/g)].map(([, name]) => name);
      expect([call, ...ofWaits, ...named]).toEqual(expect.arrayContaining([call, ...Object.keys(options)]));
    }
  });

  it('the README has fewer than 300 lines', async () => {
    expect((await readFile(join(ROOT, 'README.md'), 'utf8')).split('\n').length).toBeLessThan(300);
  });

  it('the README names only commands that package.json has', async () => {
    const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const text = await readFile(join(ROOT, 'README.md'), 'utf8');

    for (const [, name] of text.matchAll(/npm run ([\w:]+)/g)) expect(Object.keys(scripts)).toContain(name);
  });
});
