import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VideosClient } from 'videos-client';
import { type SaveAllOptions, type SaveOutcome, saveAll } from 'videos-client/node';
import { createVideosEmulator } from 'videos-client/testing';
import { expect, it, onTestFinished } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { sha256 } from './helpers/file-server.ts';
import { MEMORY, scratch } from './helpers/scratch.ts';

const POLLING = { minInterval: 1, maxInterval: 2 };

/** An emulator with these tasks, a client of it, and a folder. */
async function batch(count: number) {
  const emulator = createVideosEmulator({ apiKey: null });
  const ids = Array.from({ length: count }, (_, index) => `task_${index}`);
  for (const id of ids) emulator.addTask({ id, after: { polls: 2 } });
  const client = new VideosClient({ apiKey: null, fetch: emulator.fetch, polling: POLLING, maxRetries: 0 });
  const folder = join(await scratch(MEMORY), 'videos');
  const polledIds = () =>
    emulator.requests.flatMap(({ url }) => /\/result\/([^/?]+)/.exec(String(url))?.slice(1) ?? []);
  return { emulator, ids, client, folder, polledIds };
}

async function collect(outcomes: AsyncIterable<SaveOutcome>): Promise<SaveOutcome[]> {
  const all: SaveOutcome[] = [];
  for await (const outcome of outcomes) all.push(outcome);
  return all;
}

const byId = (a: SaveOutcome, b: SaveOutcome) => (a.id < b.id ? -1 : 1);

it('a batch saves each video under the name of its task', async () => {
  const { ids, client, folder } = await batch(20);
  const outcomes = await collect(saveAll(client, ids, folder));
  expect(outcomes).toHaveLength(20);
  for (const { id, ...outcome } of outcomes) {
    expect(outcome).toMatchObject({
      status: 'fulfilled',
      value: { path: join(folder, `${id}.mp4`), kept: false, video: { id } },
    });
  }
  expect((await readdir(folder)).sort()).toEqual(ids.map((id) => `${id}.mp4`).sort());
});

it('a batch that runs again requests nothing for what is there', async () => {
  const { emulator, ids, client, folder, polledIds } = await batch(5);
  await collect(saveAll(client, ids.slice(0, 3), folder));
  const before = emulator.requests.length;
  const outcomes = await collect(saveAll(client, ids, folder));
  expect(
    outcomes.sort(byId).map(({ status, ...rest }) => [status, 'value' in rest && rest.value.kept]),
  ).toEqual([true, true, true, false, false].map((kept) => ['fulfilled', kept]));
  expect(emulator.requests.length).toBeGreaterThan(before);
  expect(new Set(polledIds().slice(-4))).toEqual(new Set(['task_3', 'task_4']));
});

it.each(['error', 'overwrite'] as const)(
  'a batch with ifExists %s treats what is there so',
  async (ifExists) => {
    const { ids, client, folder } = await batch(1);
    await collect(saveAll(client, ids, folder));
    const path = join(folder, 'task_0.mp4');
    await writeFile(path, 'mine');
    const [outcome] = await collect(saveAll(client, ids, folder, { ifExists }));
    if (ifExists === 'error') {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'EEXIST', path } });
      expect(await readFile(path, 'utf8')).toBe('mine');
    } else {
      expect(outcome).toMatchObject({ status: 'fulfilled', value: { kept: false } });
      expect(await readFile(path, 'utf8')).not.toBe('mine');
    }
  },
);

it('a failed task, a wrong id and a failing callback end no other task of a batch', async () => {
  const { emulator, ids, client, folder } = await batch(3);
  emulator.addTask({ id: 'bad', outcome: 'failed' });
  const onProgress: SaveAllOptions['onProgress'] = ({ id }) => {
    if (id === 'task_1') throw new Error('no room on the screen');
  };
  const outcomes = await collect(saveAll(client, [...ids, 'bad', ' '], folder, { onProgress }));
  const reasons = Object.fromEntries(
    outcomes.map((outcome) => [outcome.id, 'reason' in outcome ? (outcome.reason as Error).name : 'saved']),
  );
  expect(reasons).toEqual({
    task_0: 'saved',
    task_1: 'Error',
    task_2: 'saved',
    bad: 'VideoFailedError',
    ' ': 'TypeError',
  });
});

it('at most so many videos of a batch are downloaded at a time, while the waits continue', async () => {
  const { emulator, ids, folder } = await batch(12);
  let downloads = 0;
  let most = 0;
  let release = () => {};
  const isReleased = new Promise<void>((resolve) => (release = resolve));
  const polled = new Set<string>();
  const releaseOnceDue = () => {
    if (polled.size === ids.length && downloads === 2) release();
  };
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = String(input);
    if (url.includes('/result/')) {
      const response = await emulator.fetch(url, init);
      if ((await response.clone().text()).includes('completed')) polled.add(url);
      releaseOnceDue();
      return response;
    }
    most = Math.max(most, ++downloads);
    releaseOnceDue();
    await isReleased;
    downloads--;
    return emulator.fetch(url, init);
  };
  const client = new VideosClient({ apiKey: null, fetch, polling: POLLING });
  // Would never end if the waits stood still behind the downloads.
  expect(await collect(saveAll(client, ids, folder, { concurrency: 2 }))).toHaveLength(12);
  expect(most).toBe(2);
});

it('an abort of a batch rejects with its reason, and break ends everything', async () => {
  const { emulator, ids, client, folder } = await batch(10);
  const controller = new AbortController();
  const reason = new Error('changed my mind');
  const onProgress = () => controller.abort(reason);
  const { signal } = controller;
  expect(await failureOf(collect(saveAll(client, ids, folder, { signal, onProgress })))).toBe(reason);
  for await (const _ of saveAll(client, ids, folder)) break;
  const requests = emulator.requests.length;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(emulator.requests).toHaveLength(requests);
});

it('an abort before a batch has read its folder ends it, and nothing is requested', async () => {
  const { emulator, ids, client, folder } = await batch(3);
  const controller = new AbortController();
  const saving = collect(saveAll(client, ids, folder, { signal: controller.signal }));
  controller.abort('enough');
  expect(await failureOf(saving)).toBe('enough');
  expect(emulator.requests).toEqual([]);
});

it('an input that throws ends a batch with its error', async () => {
  const { client, folder } = await batch(1);
  async function* input() {
    yield 'task_0';
    throw new Error('the list ended early');
  }
  await expect(collect(saveAll(client, input(), folder))).rejects.toThrow('the list ended early');
});

it.each([
  ['folder', '', {}],
  ['concurrency', 'videos', { concurrency: 0 }],
  ['ifExists', 'videos', { ifExists: 'replace' }],
  ['maxIntervall', 'videos', { maxIntervall: 1 }],
])('a batch rejects a wrong %s before anything is requested', async (name, folder, options) => {
  const { emulator, ids, client } = await batch(1);
  await expect(collect(saveAll(client, ids, folder, options as never))).rejects.toThrow(name);
  expect(emulator.requests).toEqual([]);
});

const COUNT = 500;
const script = fileURLToPath(new URL('helpers/batch-child.ts', import.meta.url));

it(`a batch of ${COUNT} with faults that is killed three times saves each video once, and polls none again that is there`, {
  timeout: 240_000,
}, async () => {
  const folder = join(await scratch(MEMORY), 'videos');
  let seed = 1;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  const emulator = createVideosEmulator({ apiKey: null, random });
  for (let index = 0; index < COUNT; index++) emulator.addTask({ id: `task_${index}`, after: { polls: 2 } });
  for (const fault of ['reset', 'truncated', { status: 503 }] as const) {
    for (const on of ['api', 'video'] as const) {
      emulator.fail({ on, with: fault, rate: 0.05, times: Number.POSITIVE_INFINITY });
    }
  }
  const { baseUrl, close } = await emulator.listen();
  onTestFinished(close);
  const saved = () => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.mp4')) : []);

  for (const until of [60, 150, 300, COUNT]) {
    const there = new Set(saved().map((name) => name.replace('.mp4', '')));
    const before = emulator.requests.length;
    const child: ChildProcess = fork(script, [baseUrl, folder, String(COUNT)], {
      execArgv: ['--import', 'tsx'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const exit = once(child, 'exit');
    if (until < COUNT) {
      await expect.poll(() => saved().length, { timeout: 60_000, interval: 5 }).toBeGreaterThanOrEqual(until);
      child.kill('SIGKILL');
      expect(await exit).toEqual([null, 'SIGKILL']);
    } else {
      expect(await exit).toEqual([0, null]);
    }
    const requested = emulator.requests.slice(before).map(({ url }) => String(url));
    const again = requested.filter((url) => there.has(/task_\d+/.exec(url)?.[0] ?? ''));
    expect(again).toEqual([]);
  }
  expect((await readdir(folder)).sort()).toEqual(
    Array.from({ length: COUNT }, (_, index) => `task_${index}.mp4`).sort(),
  );
  const hashes = new Set<string>();
  for (const name of saved()) hashes.add(sha256(await readFile(join(folder, name))));
  expect(hashes.size).toBe(1);
});
