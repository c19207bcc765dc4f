import { VideosClient } from 'videos-client';
import { createVideosEmulator, sampleVideo, type VideosEmulator } from 'videos-client/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';

const KEY = { authorization: 'Bearer test-key' };

const look = (emulator: VideosEmulator, id: string, headers: Record<string, string> = KEY) =>
  emulator.fetch(`${emulator.baseUrl}/v1/result/${id}`, { headers });

const statusOf = async (emulator: VideosEmulator, id: string) =>
  ((await (await look(emulator, id)).json()) as { status: string }).status;

afterEach(() => {
  vi.useRealTimers();
});

describe('the replies of the emulator', () => {
  const created = 1761635478;
  const id = 'video_1234567890';
  // The three examples of the service's documentation, and a queued one of the same form.
  const DOCUMENTED = [
    '{"id":"video_1234567890","object":"video","created":1761635478,"model":"videos","status":"queued","video_url":null,"error":null}',
    '{"id":"video_1234567890","object":"video","created":1761635478,"model":"videos","status":"processing","video_url":null,"error":null}',
    '{"id":"video_1234567890","object":"video","created":1761635478,"model":"videos","status":"completed","video_url":"https://cdn.example.com/video_1234567890.mp4","actualDuration":5,"error":null}',
  ];
  const FAILED =
    '{"id":"video_1234567890","object":"video","created":1761635478,"model":"videos","status":"failed","video_url":null,"error":"Reference video exceeds maximum total duration of 15 seconds."}';

  it('equal the documented examples of a task that completes, byte for byte', async () => {
    const emulator = createVideosEmulator();
    emulator.addTask({ id, created, after: { looks: 3 } });
    for (const documented of DOCUMENTED) {
      expect(await (await look(emulator, id)).text()).toBe(documented);
    }
  });

  it('equal the documented example of a task that fails, byte for byte', async () => {
    const emulator = createVideosEmulator();
    const error = 'Reference video exceeds maximum total duration of 15 seconds.';
    emulator.addTask({ id, created, outcome: 'failed', error, after: { looks: 1 } });
    const response = await look(emulator, id);
    expect(await response.text()).toBe(FAILED);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  it('carry the model and the duration that the task was given', async () => {
    const emulator = createVideosEmulator();
    emulator.addTask({ id, model: 'videos_fast', actualDuration: 8, after: { looks: 1 } });
    expect(await (await look(emulator, id)).json()).toMatchObject({
      model: 'videos_fast',
      actualDuration: 8,
    });
  });

  it('give an id of the documented form to a task that came without one', async () => {
    const emulator = createVideosEmulator();
    const [first, second] = [emulator.addTask(), emulator.addTask()];
    expect(first.id).toMatch(/^video_\d{10}$/);
    expect(second.id).not.toBe(first.id);
    expect((await look(emulator, first.id)).status).toBe(200);
  });

  it('are for any id, however it has to be written in a URL', async () => {
    const emulator = createVideosEmulator();
    const odd = 'a/b?c=d#e %2F ü.mp4';
    emulator.addTask({ id: odd, after: { looks: 1 } });
    const response = await look(emulator, encodeURIComponent(odd));
    const task = (await response.json()) as { id: string; video_url: string };
    expect(task.id).toBe(odd);
    expect((await emulator.fetch(task.video_url)).status).toBe(200);
  });

  it('are 404 in the documented form for an unknown id, an unknown route and another method', async () => {
    const emulator = createVideosEmulator();
    emulator.addTask({ id: 'video_1' });
    const paths = ['/v1/result/video_2', '/v1/result/', '/v1/result/%zz', '/v1/results/video_1', ''];
    for (const path of paths) {
      const response = await emulator.fetch(emulator.baseUrl + path, { headers: KEY });
      expect(response.status).toBe(404);
      const message = `No handler found for GET /kyyReactApiServer${path}`;
      expect(await response.text()).toBe(JSON.stringify({ message }));
    }
    const url = `${emulator.baseUrl}/v1/result/video_1`;
    const posted = await emulator.fetch(url, { method: 'POST', headers: KEY });
    expect(await posted.json()).toEqual({
      message: 'No handler found for POST /kyyReactApiServer/v1/result/video_1',
    });
  });

  it('are 401 without the right key, and do not count as a look', async () => {
    const emulator = createVideosEmulator({ apiKey: 'right' });
    const task = emulator.addTask();
    for (const authorization of ['', 'Bearer wrong', 'right', 'Bearer right ly']) {
      const response = await look(emulator, task.id, { authorization });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({ message: 'The API key is missing or wrong.' });
    }
    expect(task.looks).toBe(0);
    expect((await look(emulator, task.id, { authorization: 'Bearer right' })).status).toBe(200);
  });

  it('ask for no key where apiKey is null', async () => {
    const emulator = createVideosEmulator({ apiKey: null });
    const task = emulator.addTask();
    expect((await look(emulator, task.id, {})).status).toBe(200);
    expect((await look(emulator, task.id, { authorization: 'Bearer any' })).status).toBe(200);
  });

  it('can be found for ids that no task was added for', async () => {
    const onUnknownId = vi.fn((id: string) => (id === 'x' ? { after: { looks: 2 } } : undefined));
    const emulator = createVideosEmulator({ onUnknownId });
    expect(await statusOf(emulator, 'x')).toBe('queued');
    expect(await statusOf(emulator, 'x')).toBe('completed');
    expect((await look(emulator, 'y')).status).toBe(404);
    expect(onUnknownId.mock.calls).toEqual([['x'], ['y']]);
  });
});

describe('a task of the emulator', () => {
  const walk = async (emulator: VideosEmulator, id: string, looks: number) => {
    const statuses: string[] = [];
    for (let i = 0; i < looks; i++) statuses.push(await statusOf(emulator, id));
    return statuses;
  };

  it.each([
    [1, ['completed', 'completed']],
    [2, ['queued', 'completed', 'completed']],
    [3, ['queued', 'processing', 'completed', 'completed']],
    [5, ['queued', 'processing', 'processing', 'processing', 'completed']],
    [Number.POSITIVE_INFINITY, ['queued', 'processing', 'processing', 'processing']],
  ])('that ends after %d looks shows its end at that look and from then on', async (looks, statuses) => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask({ after: { looks } });
    expect(await walk(emulator, id, statuses.length)).toEqual(statuses);
  });

  it('completes at the third look unless it is told otherwise', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask();
    expect(await walk(emulator, id, 3)).toEqual(['queued', 'processing', 'completed']);
  });

  it('that ends after some time is queued for its first quarter, whoever looks', async () => {
    vi.useFakeTimers();
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask({ outcome: 'failed', after: { ms: 1000 } });
    const statuses: string[] = [];
    for (const pause of [0, 249, 1, 749, 1]) {
      vi.advanceTimersByTime(pause);
      statuses.push(await statusOf(emulator, id));
    }
    expect(statuses).toEqual(['queued', 'queued', 'processing', 'processing', 'failed']);
  });

  it.each([
    ['Date alone', ['Date']],
    ['performance alone', ['performance']],
  ] as const)('follows a fake clock of %s', async (_, toFake) => {
    vi.useFakeTimers({ toFake: [...toFake] });
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask({ after: { ms: 60_000 } });
    expect(await statusOf(emulator, id)).toBe('queued');
    vi.advanceTimersByTime(60_000);
    expect(await statusOf(emulator, id)).toBe('completed');
  });

  it('follows a fake clock that was put in place after it', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask({ after: { ms: 60_000 } });
    vi.useFakeTimers();
    vi.advanceTimersByTime(60_000);
    expect(await statusOf(emulator, id)).toBe('completed');
  });

  it('tells where it stands, without being looked at', async () => {
    const emulator = createVideosEmulator();
    const task = emulator.addTask({ after: { looks: 2 } });
    expect(task).toMatchObject({ status: 'queued', looks: 0 });
    await look(emulator, task.id);
    await look(emulator, task.id);
    expect(task).toMatchObject({ status: 'completed', looks: 2 });
  });

  it('takes the place of an earlier one with its id', async () => {
    const emulator = createVideosEmulator();
    emulator.addTask({ id: 'video_1', after: { looks: 1 } });
    expect(await statusOf(emulator, 'video_1')).toBe('completed');
    emulator.addTask({ id: 'video_1', outcome: 'failed', after: { looks: 1 } });
    expect(await statusOf(emulator, 'video_1')).toBe('failed');
  });
});

describe('the fetch of the emulator', () => {
  it('serves a client from the first look to the saved bytes', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask({ after: { looks: 3 } });
    const client = new VideosClient({ apiKey: 'test-key', fetch: emulator.fetch });
    const wait = { minInterval: 0, maxInterval: 0 };
    const video = await client.waitForCompletion(id, wait);
    const file = await emulator.fetch(video.video_url);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(sampleVideo());
  });

  it('lets a wait of half an hour pass at once, with fake timers', async () => {
    vi.useFakeTimers();
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask({ after: { ms: 29 * 60_000 } });
    const client = new VideosClient({ apiKey: 'test-key', fetch: emulator.fetch });
    const start = Date.now();
    const done = client.waitForCompletion(id);
    await vi.advanceTimersByTimeAsync(30 * 60_000);
    expect((await done).status).toBe('completed');
    const latest = emulator.requests.at(-1)?.time ?? 0;
    expect(latest - start).toBeGreaterThanOrEqual(29 * 60_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes a Request, a URL or a string, and needs no this', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask();
    const { fetch } = emulator;
    const url = `${emulator.baseUrl}/v1/result/${id}`;
    for (const input of [url, new URL(url), new Request(url, { headers: KEY })]) {
      const response = input instanceof Request ? await fetch(input) : await fetch(input, { headers: KEY });
      expect(response.status).toBe(200);
      expect(response.url).toBe(url);
    }
  });

  it('plays the service where baseUrl says, with the version in it or without', async () => {
    for (const baseUrl of [
      'https://videos.test/a/b',
      'https://videos.test/a/b/',
      'https://videos.test/a/b/v1/',
    ]) {
      const emulator = createVideosEmulator({ baseUrl });
      emulator.addTask({ id: 'video_1' });
      expect(emulator.baseUrl).toBe('https://videos.test/a/b');
      const client = new VideosClient({ apiKey: 'test-key', baseUrl, fetch: emulator.fetch, maxRetries: 0 });
      expect((await client.getResult('video_1')).status).toBe('queued');
    }
    const bare = createVideosEmulator({ baseUrl: 'http://localhost:1/' });
    bare.addTask({ id: 'video_1' });
    expect((await bare.fetch('http://localhost:1/v1/result/video_1', { headers: KEY })).status).toBe(200);
  });

  it('rejects for a host that it does not play, and names those that it does', async () => {
    const emulator = createVideosEmulator();
    const call = emulator.fetch('https://elsewhere.test/v1/result/x');
    await expect(call).rejects.toThrow(TypeError);
    await expect(call).rejects.toThrow(
      'the emulator plays https://zcbservice.aizfw.cn and https://cdn.example.com only, not https://elsewhere.test',
    );
    expect(emulator.requests).toEqual([]);
  });

  it('rejects with the reason of a signal that is aborted already, and records nothing', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask();
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    const call = emulator.fetch(`${emulator.baseUrl}/v1/result/${id}`, { headers: KEY, signal });
    await expect(call).rejects.toBe(reason);
    expect(emulator.requests).toEqual([]);
  });

  it('rejects with the reason of a signal that is aborted while the answer is on its way', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask();
    const controller = new AbortController();
    const reason = new Error('enough');
    const init = { headers: KEY, signal: controller.signal };
    const call = emulator.fetch(`${emulator.baseUrl}/v1/result/${id}`, init);
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  it('breaks off a body when the signal is aborted in the middle of it', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask();
    const controller = new AbortController();
    const reason = new Error('enough');
    const url = `https://cdn.example.com/${id}.mp4`;
    const response = await emulator.fetch(url, { signal: controller.signal });
    const read = async () => {
      for await (const _ of response.body ?? []) controller.abort(reason);
    };
    await expect(read()).rejects.toBe(reason);
  });
});

describe('the requests that the emulator records', () => {
  it('tell method, URL, task, time and status, oldest first', async () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const emulator = createVideosEmulator();
    emulator.addTask({ id: 'video_1' });
    await look(emulator, 'video_1');
    await emulator.fetch('https://cdn.example.com/video_1.mp4', { method: 'HEAD' });
    await look(emulator, 'nobody', { accept: 'a/b' });
    expect(emulator.requests).toEqual([
      {
        on: 'api',
        method: 'GET',
        url: `${emulator.baseUrl}/v1/result/video_1`,
        id: 'video_1',
        time: 1_000_000,
        status: 200,
        headers: {},
      },
      expect.objectContaining({ on: 'video', method: 'HEAD', id: 'video_1', status: 200 }),
      expect.objectContaining({ on: 'api', id: 'nobody', status: 401, headers: { accept: 'a/b' } }),
    ]);
  });

  it('hold no key and no cookie, whichever header they came in', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask();
    const url = `${emulator.baseUrl}/v1/result/${id}`;
    const headers = { ...KEY, 'X-Api-Key': 'hush', 'Proxy-Authorization': 'hush', 'X-Trace': 'seen' };
    const call = { method: 'GET', url, headers: new Headers({ ...headers, Cookie: 'hush' }) };
    await emulator.fetch(new Request(url, call));
    expect(emulator.requests[0]?.headers['x-trace']).toBe('seen');
    expect(JSON.stringify(emulator.requests)).not.toMatch(/test-key|hush/);
  });

  it('are forgotten by reset, together with tasks and faults', async () => {
    const emulator = createVideosEmulator();
    const { requests } = emulator;
    emulator.addTask({ id: 'video_1' });
    emulator.fail({ times: 2, with: { status: 503 } });
    expect((await look(emulator, 'video_1')).status).toBe(503);
    emulator.reset();
    expect(requests).toEqual([]);
    expect((await look(emulator, 'video_1')).status).toBe(404);
    expect(requests).toHaveLength(1);
  });
});

describe('a wrong option of the emulator', () => {
  // biome-ignore lint/suspicious/noExplicitAny: what TypeScript would refuse is what is tested.
  const wrong = (value: unknown): any => value;

  it.each([
    [{ apiKey: '' }, 'Invalid option apiKey: "". Expected a string, or null to accept any key.'],
    [{ baseUrl: 'ftp://x' }, 'Invalid option baseUrl: "ftp://x". Expected an http or https URL.'],
    [{ onUnknownId: 1 }, 'Invalid option onUnknownId: 1. Expected a function.'],
    [{ random: 0.5 }, 'Invalid option random: 0.5. Expected a function.'],
    [null, 'Invalid option options: null. Expected an object.'],
  ])('%j is refused with what is allowed', (options, message) => {
    expect(() => createVideosEmulator(wrong(options))).toThrow(new TypeError(message));
  });

  it.each([
    [{ id: ' ' }, TypeError, 'Invalid option id: " ".'],
    [{ id: '..' }, TypeError, 'Invalid option id: "..".'],
    [{ id: '\ud800' }, TypeError, 'no lone surrogate'],
    [{ id: 7 }, TypeError, 'Invalid option id: 7.'],
    [{ model: 7 }, TypeError, 'Invalid option model: 7. Expected a string.'],
    [{ created: 1.5 }, RangeError, 'Invalid option created: 1.5. Expected Unix time in whole seconds.'],
    [{ outcome: 'done' }, TypeError, "Invalid option outcome: \"done\". Expected 'completed' or 'failed'."],
    [{ error: 'why' }, TypeError, "Expected none, unless outcome is 'failed'."],
    [{ outcome: 'failed', video: new Uint8Array() }, TypeError, 'of a task that completes'],
    [{ video: 'bytes' }, TypeError, "Expected the file's bytes, a Uint8Array"],
    [{ actualDuration: -1 }, RangeError, 'Invalid option actualDuration: -1. Expected seconds: 0 or more.'],
    [{ after: 3 }, TypeError, 'Invalid option after: 3. Expected { looks } or { ms }.'],
    [{ after: {} }, TypeError, 'Expected { looks } or { ms }.'],
    [{ after: { looks: 1, ms: 1 } }, TypeError, 'Expected { looks } or { ms }.'],
    [
      { after: { looks: 0 } },
      RangeError,
      'Invalid option after.looks: 0. Expected a whole number, 1 or more',
    ],
    [{ after: { looks: 1.5 } }, RangeError, 'Invalid option after.looks: 1.5.'],
    [{ after: { ms: -1 } }, RangeError, 'Invalid option after.ms: -1. Expected milliseconds: 0 or more'],
    [{ after: { ms: '5' } }, TypeError, 'Invalid option after.ms: "5".'],
    [{ after: { ms: Number.NaN } }, RangeError, 'Invalid option after.ms: NaN.'],
  ])('of a task, %j, is refused with what is allowed', (options, kind, message) => {
    const add = () => createVideosEmulator().addTask(wrong(options));
    expect(add).toThrow(kind);
    expect(add).toThrow(message);
  });
});
