import { createVideosEmulator, type VideosEmulator } from 'videos-client/testing';
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
    emulator.addTask({ id, created, after: { polls: 3 } });
    for (const documented of DOCUMENTED) {
      expect(await (await look(emulator, id)).text()).toBe(documented);
    }
  });

  it('equal the documented example of a task that fails, byte for byte', async () => {
    const emulator = createVideosEmulator();
    const error = 'Reference video exceeds maximum total duration of 15 seconds.';
    emulator.addTask({ id, created, outcome: 'failed', error, after: { polls: 1 } });
    const response = await look(emulator, id);
    expect(await response.text()).toBe(FAILED);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  it('carry the model and the duration that the task was given', async () => {
    const emulator = createVideosEmulator();
    emulator.addTask({ id, model: 'videos_fast', actualDuration: 8, after: { polls: 1 } });
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
    emulator.addTask({ id: odd, after: { polls: 1 } });
    const response = await look(emulator, encodeURIComponent(odd));
    const task = (await response.json()) as { id: string; video_url: string };
    expect(task.id).toBe(odd);
    expect((await look(emulator, 'a/b%3Fc=d%23e%20%252F%20%C3%BC.mp4')).status).toBe(404);
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
    expect(task.polls).toBe(0);
    expect((await look(emulator, task.id, { authorization: 'Bearer right' })).status).toBe(200);
  });

  it('ask for no key where apiKey is null', async () => {
    const emulator = createVideosEmulator({ apiKey: null });
    const task = emulator.addTask();
    expect((await look(emulator, task.id, {})).status).toBe(200);
    expect((await look(emulator, task.id, { authorization: 'Bearer any' })).status).toBe(200);
  });

  it('can be found for ids that no task was added for', async () => {
    const onUnknownId = vi.fn((id: string) => (id === 'x' ? { after: { polls: 2 } } : undefined));
    const emulator = createVideosEmulator({ onUnknownId });
    expect(await statusOf(emulator, 'x')).toBe('queued');
    expect(await statusOf(emulator, 'x')).toBe('completed');
    expect((await look(emulator, 'y')).status).toBe(404);
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
  ])('that ends after %d looks shows its end at that look and from then on', async (polls, statuses) => {
    const emulator = createVideosEmulator();
    const { id } = emulator.addTask({ after: { polls } });
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
    const task = emulator.addTask({ after: { polls: 2 } });
    expect(task).toMatchObject({ status: 'queued', polls: 0 });
    await look(emulator, task.id);
    await look(emulator, task.id);
    expect(task).toMatchObject({ status: 'completed', polls: 2 });
  });

  it('takes the place of an earlier one with its id', async () => {
    const emulator = createVideosEmulator();
    emulator.addTask({ id: 'video_1', after: { polls: 1 } });
    expect(await statusOf(emulator, 'video_1')).toBe('completed');
    emulator.addTask({ id: 'video_1', outcome: 'failed', after: { polls: 1 } });
    expect(await statusOf(emulator, 'video_1')).toBe('failed');
  });
});
