import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { VideosClient } from '../src/client.ts';
import { isVideosError } from '../src/errors/index.ts';
import { saveVideo } from '../src/node/save-video.ts';
import { type Fault, type FileServer, noise, serveFile, sha256 } from './helpers/file-server.ts';
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

/** Saves once. Resolves to the hash of what is at the final path, and to the error of the save. */
async function save(server: FileServer, folder: string, maxRetries: number) {
  const path = join(folder, 'movie.mp4');
  const options = { apiKey: null, allowPrivateFiles: true, timeout: 5_000, fetch: server.fetch };
  const error = await saveVideo(new VideosClient({ ...options, maxRetries }), server.video(), path).then(
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

/** How a server responds, and how it describes what it sends. */
interface ServedResponse {
  status: number;
  shape: keyof typeof SHAPES;
  range: keyof typeof RANGES;
  hasLength: boolean;
  validator: string;
  version: number;
  dropAfter?: number | undefined;
}

/** The fault of a file server that responds like this: it corrects nothing, and sends no header of its own. */
function faultOf(response: ServedResponse, from: number, isRange: boolean): Fault {
  const file = VERSIONS[response.version] as Uint8Array;
  const [start = 0, end = 0] = SHAPES[isRange ? response.shape : 'whole'](file, from);
  const range = RANGES[response.range](start, end, file.length);
  const body = file.subarray(start, end);
  const { hasLength, dropAfter = Number.POSITIVE_INFINITY } = response;
  return {
    status: response.status,
    headers: {
      ...VALIDATORS[response.validator]?.(response.version),
      ...(range === undefined ? {} : { 'content-range': range }),
    },
    body,
    chunked: !hasLength,
    ignoreRange: true,
    // A drop after the last byte changes nothing if the length was announced.
    ...(dropAfter < body.length || (!hasLength && Number.isFinite(dropAfter))
      ? { dropAfter: Math.min(dropAfter, body.length) }
      : {}),
  };
}

/** Serves what `respond` returns for each request, counted from 0. */
async function serve(respond: (index: number) => ServedResponse): Promise<FileServer> {
  const server = await serveFile({ etag: null });
  server.onRequest = (request) => {
    const response = respond(server.requests.length - 1);
    server.faults.push(faultOf(response, fromOf(request.range), request.range !== undefined));
  };
  return server;
}

const fromOf = (range: string | undefined) => Number(/\d+/.exec(range ?? '')?.[0] ?? 0);
const GOOD: ServedResponse = {
  status: 200,
  shape: 'whole',
  range: 'none',
  hasLength: true,
  validator: 'a strong ETag',
  version: 0,
};

const table = STATUSES.flatMap((status) =>
  (Object.keys(SHAPES) as ServedResponse['shape'][]).flatMap((shape) =>
    (Object.keys(RANGES) as ServedResponse['range'][]).flatMap((range) =>
      [true, false].map((hasLength) => ({ status, shape, range, hasLength })),
    ),
  ),
);

it.each(table)(
  'a resumed file is right or an error if the server responds with $status and $shape, its range $range, hasLength $hasLength',
  async (second) => {
    // Either the connection drops, or a process was killed before and left a part on the disk.
    const cases = Object.keys(VALIDATORS).flatMap((validator) =>
      [0, 1, 2].flatMap((version) => [3, 0].map((maxRetries) => ({ validator, version, maxRetries }))),
    );
    const run = async ({ validator, version, maxRetries }: (typeof cases)[number]) => {
      const folder = await scratch(MEMORY);
      const server = await serve((index) =>
        index === 0 ? { ...GOOD, validator, dropAfter: 1000 } : { ...second, validator, version },
      );
      const first = await save(server, folder, maxRetries);
      const { hash, error } = first.hash ? first : await save(server, folder, 3);
      const what = JSON.stringify({ ...second, validator, version, maxRetries });
      if (hash === undefined) expect(isVideosError(error), `${what}: ${error}`).toBe(true);
      else expect(hash, what).toBe(HASHES[version]);
    };
    await Promise.all(cases.map(run));
  },
);

it('a resumed file is right if the server describes what it sends, with any status', async () => {
  for (const status of STATUSES) {
    for (const shape of Object.keys(SHAPES) as ServedResponse['shape'][]) {
      if (shape === 'a later part') continue;
      const folder = await scratch(MEMORY);
      const server = await serve((index) =>
        index === 0 ? { ...GOOD, dropAfter: 1000 } : { ...GOOD, status, shape, range: 'exact' },
      );
      expect((await save(server, folder, 3)).hash, `${status} with ${shape}`).toBe(HASHES[0]);
    }
  }
});

const aResponse = fc.record<ServedResponse>({
  status: fc.constantFrom(...STATUSES),
  shape: fc.constantFrom(...(Object.keys(SHAPES) as ServedResponse['shape'][])),
  range: fc.constantFrom(...(Object.keys(RANGES) as ServedResponse['range'][]), 'exact', 'exact'),
  hasLength: fc.boolean(),
  validator: fc.constantFrom(...Object.keys(VALIDATORS), 'a strong ETag', 'a strong ETag'),
  version: fc.nat(2),
  dropAfter: fc.option(fc.nat(LENGTH), { nil: undefined }),
});

it('at the final path is one version of the file or nothing, after any responses, drops and restarts', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(aResponse, { minLength: 1, maxLength: 8 }),
      fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }),
      async (responses, runs) => {
        const folder = await scratch(MEMORY);
        const server = await serve((index) => responses[index] ?? { ...GOOD, version: (index + 1) % 2 });
        for (const maxRetries of [...runs, 3]) {
          const { hash, error } = await save(server, folder, maxRetries);
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
