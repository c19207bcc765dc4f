import { VideosClient } from 'videos-client';
import { createVideosEmulator, type VideosEmulator } from 'videos-client/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';

const KEY = { authorization: 'Bearer test-key' };

const poll = (emulator: VideosEmulator, id: string, headers: Record<string, string> = KEY) =>
  emulator.fetch(`${emulator.baseUrl}/v1/result/${id}`, { headers });

const statusOf = async (emulator: VideosEmulator, id: string) =>
  ((await (await poll(emulator, id)).json()) as { status: string }).status;

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

  it('the polls of a completing task return the documented examples, byte for byte', async () => {
    const emulator = createVideosEmulator();
    emulator.addTask({ id, created, after: { polls: 3 } });
    for (const documented of DOCUMENTED) {
      expect(await (await poll(emulator, id)).text()).toBe(documented);
    }
  });

  it('the poll of a failed task returns the documented example, byte for byte', async () => {
    const emulator = createVideosEmulator();
    const error = 'Reference video exceeds maximum total duration of 15 seconds.';
    emulator.addTask({ id, created, outcome: 'failed', error, after: { polls: 1 } });
    const response = await poll(emulator, id);
    expect(await response.text()).toBe(FAILED);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  it('a poll returns the model and the duration that the task was given', async () => {
    const emulator = createVideosEmulator();
    emulator.addTask({ id, model: 'videos_fast', actualDuration: 8, after: { polls: 1 } });
    expect(await (await poll(emulator, id)).json()).toMatchObject({
      model: 'videos_fast',
      actualDuration: 8,
    });
  });

  it('a task without an id gets one of the documented form', async () => {
    const emulator = createVideosEmulator();
    const [first, second] = [emulator.addTask(), emulator.addTask()];
    expect(first.id).toMatch(/^video_\d{10}$/);
    expect(second.id).not.toBe(first.id);
    expect((await poll(emulator, first.id)).status).toBe(200);
  });

  it('a task may have any id, however it has to be written in a URL', async () => {
    const emulator = createVideosEmulator();
    const odd = 'a/b?c=d#e %2F ü.mp4';
    emulator.addTask({ id: odd, after: { polls: 1 } });
    const response = await poll(emulator, encodeURIComponent(odd));
    const task = (await response.json()) as { id: string; video_url: string };
    expect(task.id).toBe(odd);
    expect((await poll(emulator, 'a/b%3Fc=d%23e%20%252F%20%C3%BC.mp4')).status).toBe(404);
    expect((await emulator.fetch(task.video_url)).status).toBe(200);
  });

  it('the reply to an unknown route or another method is the documented 404', async () => {
    const emulator = createVideosEmulator();
    emulator.addTask({ id: 'video_1' });
    const paths = ['/v1/result/', '/v1/result/%zz', '/v1/results/video_1', ''];
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

  it('the reply to an unknown id is a 404 that does not blame the route', async () => {
    const emulator = createVideosEmulator();
    const response = await poll(emulator, 'video_2');
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ message: 'The task does not exist.' });
  });

  it('a wrong or missing key is refused as this service refuses one, and does not count as a poll', async () => {
    const emulator = createVideosEmulator({ apiKey: 'right' });
    const task = emulator.addTask();
    for (const authorization of ['', 'Bearer wrong', 'right', 'Bearer right ly']) {
      const response = await poll(emulator, task.id, { authorization });
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('{"code":"204","msg":"登录验证失败"}');
    }
    expect(task.polls).toBe(0);
    expect((await poll(emulator, task.id, { authorization: 'Bearer right' })).status).toBe(200);
  });

  it('an apiKey of null accepts any key, and none', async () => {
    const emulator = createVideosEmulator({ apiKey: null });
    const task = emulator.addTask();
    expect((await poll(emulator, task.id, {})).status).toBe(200);
    expect((await poll(emulator, task.id, { authorization: 'Bearer any' })).status).toBe(200);
  });

  it('onUnknownId adds a task for an id that no task has', async () => {
    const onUnknownId = vi.fn((id: string) => (id === 'x' ? { after: { polls: 2 } } : undefined));
    const emulator = createVideosEmulator({ onUnknownId });
    expect(await statusOf(emulator, 'x')).toBe('queued');
    expect(await statusOf(emulator, 'x')).toBe('completed');
    expect((await poll(emulator, 'y')).status).toBe(404);
    expect(onUnknownId.mock.calls).toEqual([['x'], ['y']]);
  });
});

describe('a task of the emulator', () => {
  const walk = async (emulator: VideosEmulator, id: string, polls: number) => {
    const statuses: string[] = [];
    for (let i = 0; i < polls; i++) statuses.push(await statusOf(emulator, id));
    return statuses;
  };

  it.each([
    [1, ['completed', 'completed']],
    [2, ['queued', 'completed', 'completed']],
    [3, ['queued', 'processing', 'completed', 'completed']],
    [5, ['queued', 'processing', 'processing', 'processing', 'completed']],
    [Number.POSITIVE_INFINITY, ['queued', 'processing', 'processing', 'processing']],
  ])(
    'a task that ends after %d polls shows its end at that poll and from then on',
    async (polls, statuses) => {
      const emulator = createVideosEmulator();
      const { id } = emulator.addTask({ after: { polls } });
      expect(await walk(emulator, id, statuses.length)).toEqual(statuses);
    },
  );

  it('a task completes at its third poll by default', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask();
    expect(await walk(emulator, id, 3)).toEqual(['queued', 'processing', 'completed']);
  });

  it('a task that ends after some time is queued for the first quarter of it, however often it is polled', async () => {
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
  ] as const)('a task that ends after some time follows a fake clock of %s', async (_, toFake) => {
    vi.useFakeTimers({ toFake: [...toFake] });
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask({ after: { ms: 60_000 } });
    expect(await statusOf(emulator, id)).toBe('queued');
    vi.advanceTimersByTime(60_000);
    expect(await statusOf(emulator, id)).toBe('completed');
  });

  it('a task that ends after some time follows a fake clock that was installed after it was added', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask({ after: { ms: 60_000 } });
    vi.useFakeTimers();
    vi.advanceTimersByTime(60_000);
    expect(await statusOf(emulator, id)).toBe('completed');
  });

  it('a task has its status and its number of polls, without being polled for them', async () => {
    const emulator = createVideosEmulator();
    const task = emulator.addTask({ after: { polls: 2 } });
    expect(task).toMatchObject({ status: 'queued', polls: 0 });
    await poll(emulator, task.id);
    await poll(emulator, task.id);
    expect(task).toMatchObject({ status: 'completed', polls: 2 });
  });

  it('a task takes the place of an earlier one with the same id', async () => {
    const emulator = createVideosEmulator();
    emulator.addTask({ id: 'video_1', after: { polls: 1 } });
    expect(await statusOf(emulator, 'video_1')).toBe('completed');
    emulator.addTask({ id: 'video_1', outcome: 'failed', after: { polls: 1 } });
    expect(await statusOf(emulator, 'video_1')).toBe('failed');
  });
});

describe('what else the service is known to send', () => {
  const bodyOf = async (emulator: VideosEmulator, id: string) =>
    (await (await poll(emulator, id)).json()) as Record<string, unknown>;

  it('a cancelled task has the status cancelled, and no error unless it is given one', async () => {
    const emulator = createVideosEmulator();
    const task = emulator.addTask({ outcome: 'cancelled', after: { polls: 1 } });
    const other = emulator.addTask({ outcome: 'cancelled', error: 'By its owner.', after: { polls: 1 } });
    expect(await bodyOf(emulator, task.id)).toMatchObject({
      status: 'cancelled',
      video_url: null,
      error: null,
    });
    expect(task.status).toBe('cancelled');
    expect(await bodyOf(emulator, other.id)).toMatchObject({ status: 'cancelled', error: 'By its owner.' });
  });

  it('a client reads a cancelled task as failed', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask({ outcome: 'cancelled', after: { polls: 1 } });
    const client = new VideosClient({ apiKey: 'test-key', fetch: emulator.fetch });
    expect(await client.getResult(id)).toMatchObject({ status: 'failed' });
  });

  it('a completed task is without its URL until urlAfter', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask({ after: { polls: 2 }, urlAfter: { polls: 4 } });
    const seen: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      const { status, video_url } = await bodyOf(emulator, id);
      seen.push([status, video_url]);
    }
    expect(seen).toEqual([
      ['queued', null],
      ['completed', null],
      ['completed', null],
      ['completed', `${emulator.filesUrl}/${id}.mp4`],
    ]);
  });

  it.each([
    ['0', { code: '0', msg: null }],
    [0, { code: 0, msg: null }],
    [200, { code: 200, msg: null }],
    ['success', { code: 'success', message: '' }],
  ])('a task may come in an envelope with the code %j', async (envelope, fields) => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask({ envelope, after: { polls: 1 } });
    expect(await bodyOf(emulator, id)).toEqual({
      ...fields,
      data: expect.objectContaining({ id, status: 'completed' }),
    });
  });

  it('a transform changes every reply about the task, inside its envelope', async () => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask({
      envelope: 0,
      transform: ({ id, status }) => ({ id, status: String(status).toUpperCase(), amount: '0.50' }),
    });
    expect(await bodyOf(emulator, id)).toEqual({
      code: 0,
      msg: null,
      data: { id, status: 'QUEUED', amount: '0.50' },
    });
  });
});
