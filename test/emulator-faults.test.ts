import { VideosClient } from 'videos-client';
import {
  createVideosEmulator,
  type EmulatedFault,
  sampleVideo,
  type VideosEmulator,
  type VideosEmulatorServer,
} from 'videos-client/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const KEY = { authorization: 'Bearer test-key' };
const UNAVAILABLE = { status: 503 };

let emulator: VideosEmulator;

beforeEach(() => {
  emulator = createVideosEmulator();
  emulator.addTask({ id: 'video_1' });
});

describe.each(['fetch', 'listen'] as const)('a fault, met through %s', (way) => {
  let server: VideosEmulatorServer | undefined;
  let send: typeof fetch;
  let taskUrl: string;
  let fileUrl: string;

  beforeEach(async () => {
    server = way === 'listen' ? await emulator.listen() : undefined;
    send = server ? fetch : emulator.fetch;
    taskUrl = `${server?.baseUrl ?? emulator.baseUrl}/v1/result/video_1`;
    fileUrl = `${server?.filesUrl ?? emulator.filesUrl}/video_1.mp4`;
  });

  afterEach(() => server?.close());

  const look = (init?: RequestInit) => send(taskUrl, { headers: KEY, ...init });

  it('of a status is answered as often as asked, and then no more', async () => {
    emulator.fail({ times: 2, with: UNAVAILABLE });
    const responses = [await look(), await look(), await look()];
    expect(responses.map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(await responses[0]?.json()).toEqual({ message: 'The emulator was told to answer 503.' });
  });

  it.each([
    ['seconds', 2, '2'],
    ['a date', new Date(0), 'Thu, 01 Jan 1970 00:00:00 GMT'],
    ['a date of old', new Date(-1000), 'Wed, 31 Dec 1969 23:59:59 GMT'],
  ])('asks for a pause in %s', async (_, retryAfter, header) => {
    emulator.fail({ with: { status: 429, retryAfter } });
    const response = await look();
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, header]);
  });

  it.each<[unknown, string, string]>([
    ['<h1>Bad gateway</h1>', 'text/plain; charset=utf-8', '<h1>Bad gateway</h1>'],
    [{ code: 500, msg: 'no', data: null }, 'application/json', '{"code":500,"msg":"no","data":null}'],
    [null, 'application/json', 'null'],
  ])('carries the body %j', async (body, type, text) => {
    emulator.fail({ with: { status: 200, body } });
    const response = await look();
    expect(response.headers.get('content-type')).toBe(type);
    expect(await response.text()).toBe(text);
  });

  it('has no body where its status allows none', async () => {
    emulator.fail({ with: { status: 204, body: 'ignored' } });
    const response = await look();
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  it('of a reset connection rejects with a TypeError, caused by ECONNRESET', async () => {
    emulator.fail({ with: 'reset' });
    const error = await look().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: 'fetch failed', cause: { code: 'ECONNRESET' } });
    expect((await look()).status).toBe(200);
  });

  it('of a silent service lasts until the caller gives up', async () => {
    emulator.fail({ with: 'timeout' });
    const controller = new AbortController();
    const reason = new Error('enough');
    const silent = look({ signal: controller.signal });
    // It was asked, and the next request overtakes it.
    await expect.poll(() => emulator.requests.length, { timeout: 4000 }).toBe(1);
    expect((await look()).status).toBe(200);
    controller.abort(reason);
    await expect(silent).rejects.toBe(reason);
  });

  it('of a truncated answer has the right headers and half of the body', async () => {
    emulator.fail({ on: 'video', with: 'truncated' });
    const whole = sampleVideo();
    const response = await send(fileUrl);
    expect(response.headers.get('content-length')).toBe(String(whole.length));
    const received: number[] = [];
    const read = async () => {
      for await (const chunk of response.body ?? []) received.push(...chunk);
    };
    await expect(read()).rejects.toThrow('terminated');
    expect(Uint8Array.from(received)).toEqual(whole.slice(0, whole.length / 2));
  });

  it('of a truncated task cannot be read, and is no look', async () => {
    emulator.fail({ with: 'truncated' });
    await expect(look().then((response) => response.json())).rejects.toThrow('terminated');
    const task = (await (await look()).json()) as { status: string };
    expect(task.status).toBe('queued');
  });

  it('of a truncated answer to HEAD leaves the headers whole', async () => {
    emulator.fail({ on: 'video', with: 'truncated' });
    const response = await send(fileUrl, { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe(String(sampleVideo().length));
  });

  it('is recorded with its status, or with none where there was no answer', async () => {
    const faults: EmulatedFault[] = [UNAVAILABLE, 'reset', 'truncated'];
    for (const fault of faults) {
      emulator.fail({ with: fault });
      await look()
        .then((response) => response.text())
        .catch(() => {});
    }
    expect(emulator.requests.map(({ status }) => status)).toEqual([503, null, 200]);
  });

  it('does not end the wait of a client', async () => {
    emulator.fail({ with: 'reset' });
    emulator.fail({ with: 'truncated' });
    emulator.fail({ times: 2, with: UNAVAILABLE });
    const baseUrl = taskUrl.replace('/v1/result/video_1', '');
    const client = new VideosClient({ apiKey: 'test-key', baseUrl, fetch: send, maxRetries: 0 });
    const video = await client.waitForCompletion('video_1', { minInterval: 0, maxInterval: 0 });
    expect(video.video_url).toBe(fileUrl);
    expect(emulator.requests).toHaveLength(4 + 3);
  });
});

describe('faults', () => {
  const statusOf = async (id: string) =>
    (await emulator.fetch(`${emulator.baseUrl}/v1/result/${id}`, { headers: KEY })).status;
  const statuses = async (...ids: string[]) => {
    const seen: number[] = [];
    for (const id of ids) seen.push(await statusOf(id));
    return seen;
  };

  it('are met in the order in which they were scripted', async () => {
    emulator.fail({ with: { status: 500 } });
    emulator.fail({ times: 2, with: { status: 502 } });
    emulator.fail({ with: { status: 504 } });
    const id = 'video_1';
    expect(await statuses(id, id, id, id, id)).toEqual([500, 502, 502, 504, 200]);
  });

  it('of one task leave the others alone', async () => {
    emulator.addTask({ id: 'video_2' });
    emulator.fail({ id: 'video_2', with: UNAVAILABLE });
    expect(await statuses('video_1', 'video_2', 'video_2')).toEqual([200, 503, 200]);
  });

  it('of the API leave the files alone, and the other way round', async () => {
    const file = async () => (await emulator.fetch(`${emulator.filesUrl}/video_1.mp4`)).status;
    emulator.fail({ with: UNAVAILABLE });
    expect([await file(), await statusOf('video_1')]).toEqual([200, 503]);
    emulator.fail({ on: 'video', id: 'video_1', with: UNAVAILABLE });
    expect([await statusOf('video_1'), await file(), await file()]).toEqual([200, 503, 200]);
  });

  it('go on for ever where times is Infinity, until reset', async () => {
    emulator.fail({ times: Number.POSITIVE_INFINITY, with: UNAVAILABLE });
    expect(await statuses('a', 'b', 'video_1', 'video_1')).toEqual([503, 503, 503, 503]);
    emulator.reset();
    expect(await statusOf('video_1')).toBe(404);
  });

  it('hit the given share of the requests, by the given random', async () => {
    const draws = [0.1, 0.3, 0.29, 0.9];
    emulator = createVideosEmulator({ random: () => draws.shift() ?? 1 });
    emulator.addTask({ id: 'video_1' });
    emulator.fail({ rate: 0.3, times: Number.POSITIVE_INFINITY, with: UNAVAILABLE });
    const id = 'video_1';
    expect(await statuses(id, id, id, id)).toEqual([503, 200, 503, 200]);
  });

  it('that replace an answer are no looks at the task', async () => {
    const task = emulator.addTask({ id: 'video_1', after: { polls: 1 } });
    emulator.fail({ with: UNAVAILABLE });
    await statusOf('video_1');
    expect(task.polls).toBe(0);
  });

  it.each([
    [null, TypeError, 'Invalid option fault: null. Expected an object.'],
    [
      {},
      TypeError,
      "Invalid option with: undefined. Expected { status, body?, retryAfter? }, 'reset', 'timeout' or 'truncated'.",
    ],
    [{ with: 'crash' }, TypeError, 'Invalid option with: "crash".'],
    [{ with: {} }, TypeError, 'Invalid option with: {}.'],
    [
      { with: { status: '503' } },
      TypeError,
      'Invalid option with.status: "503". Expected a whole number, 200 to 599.',
    ],
    [{ with: { status: 600 } }, RangeError, 'Invalid option with.status: 600.'],
    [
      { with: { status: 429, retryAfter: -1 } },
      RangeError,
      'Invalid option with.retryAfter: -1. Expected seconds, a whole number, or a Date.',
    ],
    [{ with: { status: 429, retryAfter: 0.5 } }, RangeError, 'Invalid option with.retryAfter: 0.5.'],
    [
      { with: { status: 429, retryAfter: Infinity } },
      RangeError,
      'Invalid option with.retryAfter: Infinity.',
    ],
    [
      { with: { status: 429, retryAfter: new Date(Number.NaN) } },
      RangeError,
      'Invalid option with.retryAfter: NaN.',
    ],
    [{ with: { status: 429, retryAfter: '2' } }, TypeError, 'Invalid option with.retryAfter: "2".'],
    [
      { with: 'reset', times: 0 },
      RangeError,
      'Invalid option times: 0. Expected a whole number, 1 or more, or Infinity.',
    ],
    [{ with: 'reset', rate: 1.1 }, RangeError, 'Invalid option rate: 1.1. Expected a number, 0 to 1.'],
    [{ with: 'reset', on: 'cdn' }, TypeError, "Invalid option on: \"cdn\". Expected 'api' or 'video'."],
    [{ with: 'reset', id: '' }, TypeError, 'Invalid option id: "".'],
  ])('with a wrong option, %j, are refused with what is allowed', (options, kind, message) => {
    // biome-ignore lint/suspicious/noExplicitAny: what TypeScript would refuse is what is tested.
    const fail = () => emulator.fail(options as any);
    expect(fail).toThrow(kind);
    expect(fail).toThrow(message);
  });
});
