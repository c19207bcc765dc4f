/**
 * Saving a video side by side with `curl`, and with `fetch` and `stream.pipeline`: throughput and peak memory.
 * Every run is a process of its own, compiled beforehand, so that no loader counts; the server, on loopback, is
 * another. Files go to memory where the system offers that: the disk is not what is compared. Run with
 * `tsx bench/download.ts`.
 */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type CompletedVideo, VideosClient } from 'videos-client';
import { saveVideo } from 'videos-client/node';

const MiB = 2 ** 20;
const ROUNDS = 5;
const SIZES = { '100 MB': 100e6, '1 GiB': 1024 * MiB };

const run = promisify(execFile);
const scratch = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Sends as many bytes as the path says, out of memory. */
function serve(): void {
  const block = Buffer.alloc(MiB, 'videos');
  const server = createServer(({ url = '' }, response) => {
    let left = Number(url.slice(1));
    response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': left, etag: '"bench"' });
    const send = () => {
      while (left > 0) {
        const part = left < MiB ? block.subarray(0, left) : block;
        left -= part.length;
        if (!response.write(part)) return response.once('drain', send);
      }
      return response.end();
    };
    send();
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
}

/** What is measured, each in a process of its own. */
const CONTESTANTS = {
  saveVideo: async (url: string, path: string) => {
    const video: CompletedVideo = {
      id: 'video_1',
      object: 'video',
      created: null,
      model: null,
      status: 'completed',
      video_url: url,
      actualDuration: null,
      error: null,
    };
    await saveVideo(new VideosClient({ apiKey: null }), video, path);
  },
  pipeline: async (url: string, path: string) => {
    const { body } = await fetch(url);
    if (body === null) throw new Error('no body');
    await pipeline(Readable.fromWeb(body as ReadableStream), createWriteStream(path));
  },
  curl: async (url: string, path: string) => {
    await run('curl', ['--silent', '--fail', '--output', path, url]);
  },
};
type Contestant = keyof typeof CONTESTANTS;

interface Result {
  ms: number;
  /** Peak resident memory; of `curl`, that of the process that started it. */
  peakMiB: number;
}

/** One run, in this process. */
async function measure(contestant: Contestant, url: string): Promise<void> {
  const folder = await mkdtemp(join(scratch, 'bench-download-'));
  try {
    // The first fetch of a process loads it.
    await fetch(url.replace(/\d+$/, '1')).then((response) => response.text());
    const start = performance.now();
    await CONTESTANTS[contestant](url, join(folder, 'video.mp4'));
    const ms = performance.now() - start;
    process.send?.({ ms, peakMiB: process.resourceUsage().maxRSS / 1024 } satisfies Result);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Compiles this file. @returns where to. */
async function compile(outDir: string): Promise<string> {
  const { build } = await import('tsup');
  await build({
    config: false,
    silent: true,
    entry: { download: fileURLToPath(import.meta.url) },
    format: 'esm',
    outExtension: () => ({ js: '.mjs' }),
    outDir,
    noExternal: [/^(?!tsup$)/],
    external: ['tsup'],
  });
  return join(outDir, 'download.mjs');
}

function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve as (value: unknown) => void);
    child.once('exit', (code) => reject(new Error(`a run ended with code ${code}`)));
  });
}

const median = (values: number[]) =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Runs everything in turn, round by round, and prints the table. */
async function compare(): Promise<void> {
  const outDir = await mkdtemp(join(tmpdir(), 'bench-download-'));
  const script = await compile(outDir);
  const start = (...args: string[]) => fork(script, args, { execArgv: [] });
  const server = start('serve');
  try {
    const port = await message<number>(server);
    for (const [label, bytes] of Object.entries(SIZES)) {
      const results = new Map<Contestant, Result[]>();
      for (let round = 0; round < ROUNDS; round++) {
        for (const contestant of Object.keys(CONTESTANTS) as Contestant[]) {
          const result = await message<Result>(start(contestant, `http://127.0.0.1:${port}/${bytes}`));
          results.set(contestant, [...(results.get(contestant) ?? []), result]);
        }
      }
      print(label, bytes, results);
    }
  } finally {
    server.kill();
    await rm(outDir, { recursive: true });
  }
}

function print(label: string, bytes: number, results: Map<Contestant, Result[]>): void {
  const speed = (contestant: Contestant) =>
    bytes / MiB / (median((results.get(contestant) ?? []).map(({ ms }) => ms)) / 1000);
  const curl = speed('curl');
  console.log(`\n${label}, median of ${ROUNDS} runs`);
  console.table(
    Object.fromEntries(
      [...results].map(([contestant, runs]) => [
        contestant,
        {
          'MiB/s': Math.round(speed(contestant)),
          'of curl': Number((speed(contestant) / curl).toFixed(2)),
          'peak MiB':
            contestant === 'curl' ? '' : Math.round(Math.max(...runs.map(({ peakMiB }) => peakMiB))),
        },
      ]),
    ),
  );
}

const [, , task, url = ''] = process.argv;
if (task === 'serve') serve();
else if (task !== undefined && task in CONTESTANTS) await measure(task as Contestant, url);
else await compare();
