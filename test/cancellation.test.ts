import { spawn } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  type GetResultOptions,
  type VideosClient,
  type VideosClientOptions,
  waitForCompletion,
} from 'videos-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { hang, play, type Step } from './helpers/fetch-service.ts';
import { startHttpService } from './helpers/http-service.ts';
import { completed, ID, processing } from './helpers/task.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Everything that can be aborted, in one form. */
const methods = {
  getResult: (client: VideosClient, options: GetResultOptions) => client.getResult(ID, options),
  waitForCompletion: (client: VideosClient, options: GetResultOptions) =>
    client.waitForCompletion(ID, { signal: options.signal }),
  watch: async (client: VideosClient, { signal }: GetResultOptions) => {
    for await (const _ of client.watch(ID, { signal }));
  },
};
type Method = keyof typeof methods;

const unavailable = () => new Response(null, { status: 503 });
const paused = () => new Response(null, { status: 429, headers: { 'retry-after': '20' } });
/** A body that never ends, and ignores its signal. */
const endless = () => new Response(new ReadableStream({ start: (body) => body.enqueue(new Uint8Array(1)) }));
/** A fetch that does not listen to its signal. */
const deaf = () => new Promise<Response>(() => {});

interface Phase {
  steps: Step[];
  requests: number;
  methods: Method[];
  options?: VideosClientOptions;
}

const all = Object.keys(methods) as Method[];
const waits = all.slice(1);
const phases: Record<string, Phase> = {
  'during a request': { steps: [hang], requests: 1, methods: all },
  'during a request whose fetch does not listen': { steps: [deaf], requests: 1, methods: all },
  'while the body is read': { steps: [endless], requests: 1, methods: all },
  'while the apiKey function works': {
    steps: [hang],
    requests: 0,
    methods: all,
    options: { apiKey: () => new Promise<string>(() => {}) },
  },
  'during the pause before a retry': { steps: [unavailable], requests: 1, methods: all },
  'during a pause that the service asked for': { steps: [paused], requests: 1, methods: all },
  'during the pause between polls': { steps: [processing], requests: 1, methods: waits },
  'during the pause after a failed poll': {
    steps: [unavailable],
    requests: 1,
    methods: waits,
    options: { maxRetries: 0 },
  },
};

const cases = Object.entries(phases).flatMap(([phase, { methods }]) =>
  methods.map((method): [Method, string] => [method, phase]),
);

it.each(cases)(
  'an abort of %s %s rejects with the reason at once, and leaves nothing behind',
  async (method, name) => {
    const { steps, requests, options } = phases[name] as Phase;
    const service = play(...steps);
    const controller = new AbortController();
    const { signal } = controller;
    const rejection = failureOf(methods[method](service.client(options), { signal }));
    await vi.advanceTimersByTimeAsync(0);
    expect(service.requests).toHaveLength(requests);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);

    const reason = new Error('Enough.');
    controller.abort(reason);
    // The clock does not move: what needs a timer to notice never settles.
    expect(await rejection).toBe(reason);
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(service.requests).toHaveLength(requests);
  },
);

it.each(all)(
  'an abort of %s before it begins rejects with the reason, and no request is sent',
  async (method) => {
    const { client, requests } = play(completed);
    const signal = AbortSignal.abort('too late');
    expect(await failureOf(methods[method](client(), { signal }))).toBe('too late');
    expect(requests).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  },
);

it.each(all)(
  'an abort of %s in the queue for a place rejects at once, and the place goes to the next',
  async (method) => {
    const { client, requests } = play(hang, completed);
    const crowded = client({ maxConcurrency: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const inFlight = failureOf(crowded.getResult('first', { signal: first.signal }));
    const inQueue = failureOf(methods[method](crowded, { signal: second.signal }));
    const next = crowded.getResult('third');
    await vi.advanceTimersByTimeAsync(0);
    expect(requests).toHaveLength(1);

    second.abort('no patience');
    expect(await inQueue).toBe('no patience');
    expect(getEventListeners(second.signal, 'abort')).toEqual([]);
    first.abort();
    await inFlight;
    expect(await next).toEqual(completed);
    expect(requests.map(({ url }) => url.split('/').at(-1))).toEqual(['first', 'third']);
    expect(vi.getTimerCount()).toBe(0);
  },
);

const reasons: [string, unknown][] = [
  ['a string', 'stop'],
  ['null', null],
  ['0', 0],
  ['false', false],
  ['an empty string', ''],
];
describe.each(reasons)('with %s for a reason', (_, reason) => {
  it.each(cases)('an abort rejects %s with just that %s', async (method, name) => {
    const { steps, options } = phases[name] as Phase;
    const controller = new AbortController();
    const client = play(...steps).client(options);
    const rejection = failureOf(methods[method](client, { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(0);
    controller.abort(reason);
    expect(await rejection).toBe(reason);
  });

  it.each(all)('an abort rejects %s with just that before it begins', async (method) => {
    const signal = AbortSignal.abort(reason);
    expect(await failureOf(methods[method](play(completed).client(), { signal }))).toBe(reason);
  });
});

it.each(cases)(
  'an abort without a reason rejects %s %s with the AbortError of the platform',
  async (method, name) => {
    const { steps, options } = phases[name] as Phase;
    const controller = new AbortController();
    const { signal } = controller;
    const rejection = failureOf(methods[method](play(...steps).client(options), { signal }));
    await vi.advanceTimersByTimeAsync(0);
    controller.abort();
    expect(await rejection).toBe(signal.reason);
    expect(await rejection).toMatchObject({ name: 'AbortError' });
  },
);

it('an abort out of onUpdate ends the wait, without another request', async () => {
  const { client, requests } = play(processing);
  const controller = new AbortController();
  const { signal } = controller;
  const wait = client().waitForCompletion(ID, { signal, onUpdate: () => controller.abort('seen enough') });
  expect(await failureOf(wait)).toBe('seen enough');
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(requests).toHaveLength(1);
});

it('an abort rejects a wait with the reason, whatever the polls of a custom source do with it', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const getResult = (_: string, options?: GetResultOptions) =>
    new Promise<never>((_, reject) => {
      options?.signal?.addEventListener('abort', () => reject(new Error('The socket was closed.')));
    });
  const wait = failureOf(waitForCompletion({ getResult }, ID, { signal }));
  controller.abort('enough');
  expect(await wait).toBe('enough');
});

it('an abort out of onUpdate, which then never ends, leaves no listener behind', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const onUpdate = () => {
    controller.abort('enough');
    return new Promise(() => {});
  };
  expect(await failureOf(play(processing).client().waitForCompletion(ID, { signal, onUpdate }))).toBe(
    'enough',
  );
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('an abort rejects a wait at once even if the polls of a custom source continue', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const getResult = () => new Promise<never>(() => {});
  const wait = failureOf(waitForCompletion({ getResult }, ID, { signal }));
  controller.abort('enough');
  expect(await wait).toBe('enough');
});

it.each<[string, Step, 'onUpdate' | 'onPollError']>([
  ['onUpdate', processing, 'onUpdate'],
  ['onPollError', () => new Response(null, { status: 500 }), 'onPollError'],
])('an abort out of %s, which then rejects, leaves no rejection unhandled', async (_, step, name) => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  const controller = new AbortController();
  const { signal } = controller;
  const callback = async () => {
    controller.abort('enough');
    throw new Error('stopped in the middle');
  };
  const client = play(step).client({ maxRetries: 0 });
  expect(await failureOf(client.waitForCompletion(ID, { signal, [name]: callback }))).toBe('enough');
  vi.useRealTimers();
  // Node reports it once the microtasks have run.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

it('an abort rejects a wait at once also while onUpdate is still at work', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const onUpdate = vi.fn(() => new Promise(() => {}));
  const wait = failureOf(play(processing).client().waitForCompletion(ID, { signal, onUpdate }));
  await vi.advanceTimersByTimeAsync(0);
  expect(onUpdate).toHaveBeenCalledTimes(1);
  controller.abort('enough');
  expect(await wait).toBe('enough');
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it("an abort by the signal of the client's polling stops its waits", async () => {
  const controller = new AbortController();
  const client = play(processing).client({ polling: { signal: controller.signal } });
  const wait = failureOf(client.waitForCompletion(ID));
  await vi.advanceTimersByTimeAsync(0);
  controller.abort('closing down');
  expect(await wait).toBe('closing down');
});

it('an abort of one wait leaves the others of the client alone', async () => {
  const { client } = play(processing, processing, completed);
  const shared = client();
  const controller = new AbortController();
  const stopped = failureOf(shared.waitForCompletion('one', { signal: controller.signal }));
  const other = shared.waitForCompletion('other');
  await vi.advanceTimersByTimeAsync(0);
  controller.abort('this one only');
  expect(await stopped).toBe('this one only');
  await vi.runAllTimersAsync();
  expect(await other).toEqual(completed);
});

it.each(all)('what is over of %s leaves no timer and no listener', async (method) => {
  const { signal } = new AbortController();
  const done = methods[method](play(processing, completed).client(), { signal });
  await vi.runAllTimersAsync();
  await done;
  expect(vi.getTimerCount()).toBe(0);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('what is over does not add a listener to the signal with every poll', async () => {
  const { signal } = new AbortController();
  const wait = failureOf(play(processing).client().waitForCompletion(ID, { signal }));
  await vi.advanceTimersByTimeAsync(1_000_000);
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  await vi.runAllTimersAsync();
  await wait;
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

describe('a process', () => {
  beforeEach(() => void vi.useRealTimers());

  it.each(['pause', 'request'])(
    'a process that aborts in the middle of a %s exits by itself',
    async (phase) => {
      let requests = 0;
      const { url } = await startHttpService((_, response) => {
        if (phase === 'pause' || requests++ === 0) response.end(JSON.stringify(processing));
      });
      const script = fileURLToPath(new URL('helpers/abort-child.ts', import.meta.url));
      const child = spawn(process.execPath, ['--import', 'tsx', script, url, phase], { stdio: 'pipe' });
      let output = '';
      child.stdout.on('data', (chunk) => (output += chunk));
      child.stderr.on('data', (chunk) => (output += chunk));
      const [code] = await once(child, 'close');
      // What is left of the pause, or of the request's time limit, is longer than this test may take.
      expect(output).toBe('stopped\n');
      expect(code).toBe(0);
    },
    20_000,
  );
});
