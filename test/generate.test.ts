import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CreateVideoRequest, type GenerateOptions, VideosClient } from 'videos-client';
import { createVideosEmulator } from 'videos-client/testing';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { hang, play, type Step } from './helpers/fetch-service.ts';
import { ROOT, runScript } from './helpers/run.ts';
import { completed, failed, ID, processing, queued } from './helpers/task.ts';

const request: CreateVideoRequest = { model: 'videos', prompt: 'A cat on a skateboard', duration: 5 };
const reply = (status: number, body: object = {}) => Response.json(body, { status });
const polling = { jitter: false };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
});

/** Generates a video from a service that replies to the create with the first step; returns what became of it. */
async function generated(steps: Step[], options?: GenerateOptions) {
  const { client, requests, times } = play(...steps);
  const settled = client({ maxRetries: 0, polling })
    .generate(request, options)
    .then(
      (video) => ({ video, error: undefined }),
      (error: unknown) => ({ video: undefined, error }),
    );
  await vi.runAllTimersAsync();
  const methods = requests.map(({ method }) => method).join(' ');
  return { ...(await settled), methods, requests, times };
}

it('generate creates the task, and polls it first after minInterval', async () => {
  const { video, methods, requests, times } = await generated([queued, processing, completed]);
  expect(video?.video_url).toBe(completed.video_url);
  expect(methods).toBe('POST GET GET');
  expect(times).toEqual([0, 30_000, 75_000]);
  expect(requests[1]?.url).toMatch(new RegExp(`/v1/result/${ID}$`));
});

it('generate calls onCreated with the task, and waits for it before the first pause', async () => {
  const events: string[] = [];
  const { client, times } = play(queued, completed);
  const generating = client({ polling }).generate(request, {
    async onCreated({ id, status }) {
      events.push(`created ${id}, ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 100_000));
      events.push('stored');
    },
    onUpdate: ({ status }, { polls }) => events.push(`poll ${polls}: ${status}`),
  });
  await vi.runAllTimersAsync();
  await generating;
  expect(events).toEqual([`created ${ID}, queued`, 'stored', 'poll 1: completed']);
  expect(times).toEqual([0, 130_000]);
});

it('generate polls nothing if the reply to the create is the end', async () => {
  const onCreated = vi.fn();
  const done = await generated([completed], { onCreated });
  expect([done.video?.status, done.methods, onCreated.mock.calls.length]).toEqual(['completed', 'POST', 1]);
  const refused = await generated([failed], { onCreated });
  expect(refused.error).toMatchObject({ name: 'VideoFailedError', taskId: ID });
  expect([refused.methods, onCreated.mock.calls.length]).toEqual(['POST', 2]);
});

it.each<[string, Step[], GenerateOptions, object]>([
  ['VideoFailedError', [queued, failed], {}, {}],
  ['WaitTimeoutError', [queued], { maxWait: 90_000 }, { lastVideo: { status: 'queued' }, polls: 3 }],
  ['WaitTimeoutError', [queued, () => reply(500)], { maxWait: 0 }, { lastVideo: { status: 'queued' } }],
  ['PollingFailedError', [queued, () => reply(500)], { maxFailures: 2 }, { failures: 2, polls: 2 }],
  ['ApiError', [queued, () => reply(400)], {}, {}],
  ['NotFoundError', [queued, () => reply(404, { message: 'No handler found' })], {}, {}],
])('an %s of generate carries the id of the new task', async (name, steps, options, fields) => {
  const { error } = await generated(steps, options);
  expect(error).toMatchObject({ name, taskId: ID, ...fields });
  expect((error as Error).message).toContain(ID);
});

it.each([
  [404, 'NotFoundError'],
  [401, 'AuthenticationError'],
])(
  'generate tolerates two polls in a row that fail with %d, because the task is new',
  async (status, name) => {
    const step = () => reply(status);
    const two = await generated([queued, step, step, completed]);
    expect([two.video?.status, two.methods]).toEqual(['completed', 'POST GET GET GET']);
    const three = await generated([queued, step, step, step]);
    expect([three.error, three.methods]).toMatchObject([{ name, taskId: ID }, 'POST GET GET GET']);
  },
);

it('generate ends with the error of the create, and polls nothing', async () => {
  const onCreated = vi.fn();
  const unknown = await generated([() => reply(500)], { onCreated });
  expect([unknown.error, unknown.methods]).toMatchObject([
    { name: 'OutcomeUnknownError', taskId: null },
    'POST',
  ]);
  const refused = await generated([() => reply(400)], { onCreated });
  expect([refused.error, refused.methods]).toMatchObject([{ name: 'ApiError', taskId: null }, 'POST']);
  expect(onCreated).not.toHaveBeenCalled();
});

it('generate pays for nothing if an option or the request is wrong', async () => {
  const { client, requests } = play(queued);
  const { generate } = VideosClient.prototype;
  const of = (given: unknown, options?: unknown) =>
    failureOf(generate.call(client(), given as never, options as never));
  expect(await of(request, { minInterval: -1 })).toBeInstanceOf(RangeError);
  expect(await of(request, { onCreate: () => {} })).toMatchObject({
    message: expect.stringContaining('onCreated'),
  });
  expect(await of(request, { timeout: 5 })).toBeInstanceOf(TypeError);
  expect(await of({ ...request, prompt: '' })).toBeInstanceOf(TypeError);
  expect(requests).toEqual([]);
});

it('an error out of onCreated ends generate with that very error, before any poll', async () => {
  const full = new Error('disk is full');
  const { error, methods } = await generated([queued], { onCreated: () => Promise.reject(full) });
  expect(error).toBe(full);
  expect(methods).toBe('POST');
});

it.each(['create', 'onCreated', 'first pause'])(
  'generate rejects at once with the reason of an abort during the %s',
  async (when) => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const abort = () => stop.abort(reason);
    const step: Step = (sent) => {
      if (when !== 'create') return reply(200, queued);
      setTimeout(abort, 1_000);
      return hang(sent);
    };
    const onCreated = () => {
      if (when === 'first pause') setTimeout(abort, 1_000);
      if (when !== 'onCreated') return;
      setTimeout(abort, 1_000);
      return new Promise(() => {});
    };
    const { error, methods } = await generated([step, completed], { signal: stop.signal, onCreated });
    expect(error).toBe(reason);
    expect(methods).toBe('POST');
    expect(vi.getTimerCount()).toBe(0);
  },
);

it('a process that is killed after onCreated leaves a task, which a wait with its id completes', async () => {
  vi.useRealTimers();
  const folder = await mkdtemp(join(tmpdir(), 'videos-client-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const emulator = createVideosEmulator();
  await using server = await emulator.listen();
  const file = join(folder, 'id');
  const child = await runScript(join(ROOT, 'test/helpers/generate-child.ts'), [server.baseUrl, file]);
  expect(child.code, child.stderr).toBe(null);

  const id = await readFile(file, 'utf8');
  const { baseUrl } = server;
  const client = new VideosClient({ apiKey: 'test-key', baseUrl, polling: { minInterval: 1 } });
  expect(await client.waitForCompletion(id)).toMatchObject({ id, status: 'completed' });
  const requests = emulator.requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`);
  const path = new URL(baseUrl).pathname;
  expect(requests).toEqual([
    `POST ${path}/v1/videos/videos`,
    ...Array(3).fill(`GET ${path}/v1/result/${id}`),
  ]);
});
