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

describe.each(['fetch', 'listen'] as const)('through %s,', (way) => {
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

  const poll = (init?: RequestInit) => send(taskUrl, { headers: KEY, ...init });

  it('a scripted status is returned as often as it was scripted, and no more', async () => {
    emulator.fail({ times: 2, with: UNAVAILABLE });
    const responses = [await poll(), await poll(), await poll()];
    expect(responses.map(({ status }) => status)).toEqual([503, 503, 200]);
    expect(await responses[0]?.json()).toEqual({
      message: 'The emulator was scripted to reply with status 503.',
    });
  });

  it.each([
    ['seconds', 2, '2'],
    ['fractions of a second', 7.5, '7.5'],
    ['text', '7s', '7s'],
    ['Unix time', '1761635478', '1761635478'],
    ['a date', new Date(0), 'Thu, 01 Jan 1970 00:00:00 GMT'],
    ['a date before 1970', new Date(-1000), 'Wed, 31 Dec 1969 23:59:59 GMT'],
  ])('a scripted Retry-After may be %s', async (_, retryAfter, header) => {
    emulator.fail({ with: { status: 429, retryAfter } });
    const response = await poll();
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, header]);
  });

  it.each<[unknown, string, string]>([
    ['<h1>Bad gateway</h1>', 'text/plain; charset=utf-8', '<h1>Bad gateway</h1>'],
    [{ code: 500, msg: 'no', data: null }, 'application/json', '{"code":500,"msg":"no","data":null}'],
    [null, 'application/json', 'null'],
  ])('a scripted reply carries the body %j', async (body, type, text) => {
    emulator.fail({ with: { status: 200, body } });
    const response = await poll();
    expect(response.headers.get('content-type')).toBe(type);
    expect(await response.text()).toBe(text);
  });

  it('a scripted reply has the headers that it was given', async () => {
    const headers = {
      'Content-Type': 'text/html',
      'x-request-id': 'r-1',
      date: 'Thu, 01 Jan 1970 00:00:00 GMT',
    };
    emulator.fail({ with: { status: 502, body: '<h1>Bad gateway</h1>', headers } });
    const response = await poll();
    expect(response.status).toBe(502);
    for (const [name, value] of Object.entries(headers)) expect(response.headers.get(name)).toBe(value);
  });

  it('a refused key can be scripted as this service refuses one', async () => {
    emulator.fail({ with: 'refused-key' });
    const response = await poll();
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ code: '204', msg: '登录验证失败' });
    expect((await poll()).status).toBe(200);
  });

  it('a 401 with a good key can be scripted as the service sends one now and then', async () => {
    emulator.fail({ with: 'unauthorized' });
    const response = await poll();
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      error: {
        code: 'AuthenticationError',
        message: 'the API key in the request is missing or invalid',
        type: 'Unauthorized',
      },
    });
    expect((await poll()).status).toBe(200);
  });

  it('a scripted reply has no body if its status allows none', async () => {
    emulator.fail({ with: { status: 204, body: 'ignored' } });
    const response = await poll();
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  it('a reset rejects with a TypeError, caused by ECONNRESET', async () => {
    emulator.fail({ with: 'reset' });
    const error = await poll().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message: 'fetch failed', cause: { code: 'ECONNRESET' } });
    expect((await poll()).status).toBe(200);
  });

  it('a timeout lasts until the caller gives up', async () => {
    emulator.fail({ with: 'timeout' });
    const controller = new AbortController();
    const reason = new Error('enough');
    const silent = poll({ signal: controller.signal });
    // It was received, and the next request overtakes it.
    await expect.poll(() => emulator.requests.length, { timeout: 4000 }).toBe(1);
    expect((await poll()).status).toBe(200);
    controller.abort(reason);
    await expect(silent).rejects.toBe(reason);
  });

  it('a truncated reply has the right headers and half of the body', async () => {
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

  it('a truncated reply about a task cannot be read, and does not count as a poll of it', async () => {
    emulator.fail({ with: 'truncated' });
    await expect(poll().then((response) => response.json())).rejects.toThrow('terminated');
    const task = (await (await poll()).json()) as { status: string };
    expect(task.status).toBe('queued');
  });

  it('a truncated reply to HEAD has all headers', async () => {
    emulator.fail({ on: 'video', with: 'truncated' });
    const response = await send(fileUrl, { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe(String(sampleVideo().length));
  });

  it('a request that met a fault is recorded with its status, or with null if there was no reply', async () => {
    const faults: EmulatedFault[] = [UNAVAILABLE, 'reset', 'truncated'];
    for (const fault of faults) {
      emulator.fail({ with: fault });
      await poll()
        .then((response) => response.text())
        .catch(() => {});
    }
    expect(emulator.requests.map(({ status }) => status)).toEqual([503, null, 200]);
  });

  it('faults that pass do not end the wait of a client', async () => {
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

  it('requests meet the faults in the order in which they were scripted', async () => {
    emulator.fail({ with: { status: 500 } });
    emulator.fail({ times: 2, with: { status: 502 } });
    emulator.fail({ with: { status: 504 } });
    const id = 'video_1';
    expect(await statuses(id, id, id, id, id)).toEqual([500, 502, 502, 504, 200]);
  });

  it('a fault for one task leaves the others alone', async () => {
    emulator.addTask({ id: 'video_2' });
    emulator.fail({ id: 'video_2', with: UNAVAILABLE });
    expect(await statuses('video_1', 'video_2', 'video_2')).toEqual([200, 503, 200]);
  });

  it('a fault of the API leaves the files alone, and the reverse', async () => {
    const file = async () => (await emulator.fetch(`${emulator.filesUrl}/video_1.mp4`)).status;
    emulator.fail({ with: UNAVAILABLE });
    expect([await file(), await statusOf('video_1')]).toEqual([200, 503]);
    emulator.fail({ on: 'video', id: 'video_1', with: UNAVAILABLE });
    expect([await statusOf('video_1'), await file(), await file()]).toEqual([200, 503, 200]);
  });

  it('a fault whose times is Infinity stays until reset', async () => {
    emulator.fail({ times: Number.POSITIVE_INFINITY, with: UNAVAILABLE });
    expect(await statuses('a', 'b', 'video_1', 'video_1')).toEqual([503, 503, 503, 503]);
    emulator.reset();
    expect(await statusOf('video_1')).toBe(404);
  });

  it('a fault with a rate hits that share of the requests, as random decides', async () => {
    const draws = [0.1, 0.3, 0.29, 0.9];
    emulator = createVideosEmulator({ random: () => draws.shift() ?? 1 });
    emulator.addTask({ id: 'video_1' });
    emulator.fail({ rate: 0.3, times: Number.POSITIVE_INFINITY, with: UNAVAILABLE });
    const id = 'video_1';
    expect(await statuses(id, id, id, id)).toEqual([503, 200, 503, 200]);
  });

  it('a reply that a fault replaced does not count as a poll of the task', async () => {
    const task = emulator.addTask({ id: 'video_1', after: { polls: 1 } });
    emulator.fail({ with: UNAVAILABLE });
    await statusOf('video_1');
    expect(task.polls).toBe(0);
  });

  it.each([
    [null, TypeError, 'Invalid options: null. Expected an object.'],
    [
      {},
      TypeError,
      'Invalid option with: undefined. Expected { status, body?, retryAfter?, headers? }, or "refused-key", "unauthorized", "reset", "timeout", "truncated".',
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
      'Invalid option with.retryAfter: -1. Expected seconds, a Date, or the text of a header.',
    ],
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
    [
      { with: { status: 429, retryAfter: '2\r\nx: y' } },
      TypeError,
      'Invalid option with.retryAfter: "2\\r\\nx: y".',
    ],
    [
      { with: { status: 429, headers: { 'a b': '1' } } },
      TypeError,
      'Invalid option with.headers: {"a b":"1"}. Expected names and values of headers.',
    ],
    [
      { with: { status: 429, retryafter: 1 } },
      TypeError,
      'Invalid option with.retryafter (1): unknown option; did you mean retryAfter?',
    ],
    [{ with: 'reset', time: 2 }, TypeError, 'Invalid option time (2): unknown option; did you mean times?'],
    [
      { with: 'reset', times: 0 },
      RangeError,
      'Invalid option times: 0. Expected a whole number, 1 or more, or Infinity.',
    ],
    [{ with: 'reset', rate: 1.1 }, RangeError, 'Invalid option rate: 1.1. Expected a number, 0 to 1.'],
    [
      { with: 'reset', on: 'cdn' },
      TypeError,
      'Invalid option on: "cdn". Expected "api" or "create" or "result" or "video".',
    ],
    [{ with: 'reset', id: '' }, TypeError, 'Invalid task id: "" is'],
  ])('a wrong fault, %j, is refused with a message that says what is allowed', (options, kind, message) => {
    // biome-ignore lint/suspicious/noExplicitAny: what TypeScript would refuse is what is tested.
    const fail = () => emulator.fail(options as any);
    expect(fail).toThrow(kind);
    expect(fail).toThrow(message);
  });
});
