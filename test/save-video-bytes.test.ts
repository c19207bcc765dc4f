import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { buildVideo } from 'videos-client/testing';
import { expect, it, vi } from 'vitest';
import { VideosClient } from '../src/client.ts';
import { isVideosError } from '../src/errors/index.ts';
import { saveVideo } from '../src/node/save-video.ts';
import { noise, sha256 } from './helpers/file-server.ts';
import { type RawResponse, serveRaw } from './helpers/raw-server.ts';
import { MEMORY, scratch } from './helpers/scratch.ts';

vi.mock(import('../src/internal/sleep.ts'), async (original) => ({
  ...(await original()),
  sleep: async (_, signal) => signal?.throwIfAborted(),
}));

const OLD = 'Wed, 21 Oct 2015 07:28:00 GMT';
const LENGTH = 3000;
/** Two versions of one file, which differ in every part, and a third of another length. */
const VERSIONS = [noise(LENGTH, 11), noise(LENGTH, 12), noise(LENGTH - 700, 13)];
const HASHES = VERSIONS.map(sha256);

const video = (video_url: string) => buildVideo({ id: 'video_1', video_url });

/** Saves once. Resolves to the hash of what is at the final path, and to the error of the save. */
async function save(url: string, folder: string, maxRetries: number) {
  const path = join(folder, 'movie.mp4');
  const client = new VideosClient({ apiKey: null, allowPrivateFiles: true, maxRetries, timeout: 5_000 });
  const error = await saveVideo(client, video(url), path).then(
    () => undefined,
    (reason) => reason,
  );
  const there = await readFile(path).catch(() => undefined);
  return { hash: there && sha256(there), error };
}

/** How a server may describe the bytes that it sends. */
const STATUSES = [200, 206];
const SHAPES = {
  whole: (file: Uint8Array) => [0, file.length],
  'what was requested': (file: Uint8Array, from: number) => [Math.min(from, file.length - 1), file.length],
  'a part of what was requested': (file: Uint8Array, from: number) => [
    Math.min(from, file.length - 1),
    Math.min(from + 100, file.length),
  ],
  'an earlier part': (file: Uint8Array, from: number) => [
    Math.max(0, Math.min(from, file.length) - 300),
    file.length,
  ],
  'a later part': (file: Uint8Array, from: number) => [Math.min(from + 100, file.length - 1), file.length],
} satisfies Record<string, (file: Uint8Array, from: number) => number[]>;
const RANGES = {
  exact: (start: number, end: number, total: number) => `bytes ${start}-${end - 1}/${total}`,
  'without a total': (start: number, end: number) => `bytes ${start}-${end - 1}/*`,
  'with a total that is too short': (start: number, end: number) => `bytes ${start}-${end - 1}/${end - 1}`,
  unreadable: () => 'bytes',
  'of another length': (start: number, end: number, total: number) => `bytes ${start}-${end}/${total + 1}`,
  none: () => undefined,
} satisfies Record<string, (start: number, end: number, total: number) => string | undefined>;
const VALIDATORS: Record<string, (version: number) => Record<string, string>> = {
  'a strong ETag': (version) => ({ etag: `"v${version}"` }),
  'a weak ETag': (version) => ({ etag: `W/"v${version}"` }),
  'a date': (version) => ({ 'last-modified': OLD.replace('2015', `201${version}`) }),
  nothing: () => ({}),
};

interface Answer {
  status: number;
  shape: keyof typeof SHAPES;
  range: keyof typeof RANGES;
  hasLength: boolean;
  validator: string;
  version: number;
  dropAfter?: number | undefined;
}

/** A response that sends these bytes, and describes them as the answer says. */
function responseOf(answer: Answer, from: number, isRange: boolean): RawResponse {
  const file = VERSIONS[answer.version] as Uint8Array;
  const [start = 0, end = 0] = SHAPES[isRange ? answer.shape : 'whole'](file, from);
  const range = RANGES[answer.range](start, end, file.length);
  const body = file.subarray(start, end);
  return {
    status: answer.status,
    headers: {
      'content-type': 'video/mp4',
      ...VALIDATORS[answer.validator]?.(answer.version),
      ...(range === undefined ? {} : { 'content-range': range }),
      ...(answer.hasLength ? { 'content-length': String(body.length) } : {}),
    },
    body,
    dropAfter: answer.dropAfter,
  };
}

const fromOf = (range: string | undefined) => Number(/\d+/.exec(range ?? '')?.[0] ?? 0);
const GOOD: Answer = {
  status: 200,
  shape: 'whole',
  range: 'none',
  hasLength: true,
  validator: 'a strong ETag',
  version: 0,
};

const table = STATUSES.flatMap((status) =>
  (Object.keys(SHAPES) as Answer['shape'][]).flatMap((shape) =>
    (Object.keys(RANGES) as Answer['range'][]).flatMap((range) =>
      [true, false].map((hasLength) => ({ status, shape, range, hasLength })),
    ),
  ),
);

it.each(table)(
  'a resumed file is right or an error where the server answers $status with $shape, its range $range, hasLength $hasLength',
  async (second) => {
    // Either the connection drops, or a process was killed before and left a part on the disk.
    const cases = Object.keys(VALIDATORS).flatMap((validator) =>
      [0, 1, 2].flatMap((version) => [3, 0].map((maxRetries) => ({ validator, version, maxRetries }))),
    );
    const run = async ({ validator, version, maxRetries }: (typeof cases)[number]) => {
      const folder = await scratch(MEMORY);
      let requests = 0;
      const url = await serveRaw(({ headers }) => {
        if (requests++ === 0) return responseOf({ ...GOOD, validator, dropAfter: 1000 }, 0, false);
        const isRange = headers.range !== undefined;
        return responseOf({ ...second, validator, version }, fromOf(headers.range), isRange);
      });
      const first = await save(url, folder, maxRetries);
      const { hash, error } = first.hash ? first : await save(url, folder, 3);
      const what = JSON.stringify({ ...second, validator, version, maxRetries });
      if (hash === undefined) expect(isVideosError(error), `${what}: ${error}`).toBe(true);
      else expect(hash, what).toBe(HASHES[version]);
    };
    await Promise.all(cases.map(run));
  },
);

it('a resumed file is right where the server describes what it sends, whatever its status', async () => {
  for (const status of STATUSES) {
    for (const shape of Object.keys(SHAPES) as Answer['shape'][]) {
      if (shape === 'a later part') continue;
      const folder = await scratch(MEMORY);
      let requests = 0;
      const url = await serveRaw(({ headers }) => {
        if (requests++ === 0) return responseOf({ ...GOOD, dropAfter: 1000 }, 0, false);
        const answer: Answer = { ...GOOD, status, shape, range: 'exact' };
        return responseOf(answer, fromOf(headers.range), headers.range !== undefined);
      });
      expect((await save(url, folder, 3)).hash, `${status} with ${shape}`).toBe(HASHES[0]);
    }
  }
});

const anAnswer = fc.record<Answer>({
  status: fc.constantFrom(...STATUSES),
  shape: fc.constantFrom(...(Object.keys(SHAPES) as Answer['shape'][])),
  range: fc.constantFrom(...(Object.keys(RANGES) as Answer['range'][]), 'exact', 'exact'),
  hasLength: fc.boolean(),
  validator: fc.constantFrom(...Object.keys(VALIDATORS), 'a strong ETag', 'a strong ETag'),
  version: fc.nat(2),
  dropAfter: fc.option(fc.nat(LENGTH), { nil: undefined }),
});

it('at the final path is one version of the file or nothing, whatever servers, drops and restarts', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anAnswer, { minLength: 1, maxLength: 8 }),
      fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
      async (answers, runs) => {
        const folder = await scratch(MEMORY);
        let requests = 0;
        const url = await serveRaw(({ headers }) => {
          const answer = answers[requests++] ?? { ...GOOD, version: requests % 2 };
          return responseOf(answer, fromOf(headers.range), headers.range !== undefined);
        });
        for (const maxRetries of [...runs, 3]) {
          const { hash, error } = await save(url, folder, maxRetries);
          if (hash === undefined) {
            expect(isVideosError(error), String(error)).toBe(true);
            continue;
          }
          expect(HASHES).toContain(hash);
          expect(await readdir(folder)).toEqual(['movie.mp4']);
          return;
        }
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 150) },
  );
});
