import { setupServer } from 'msw/node';
import { VideosClient } from 'videos-client';
import {
  createVideosEmulator,
  type EmulatedScenario,
  sampleVideo,
  type VideosEmulator,
} from 'videos-client/testing';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

const KEY = { authorization: 'Bearer test-key' };
const REQUEST = { model: 'videos_fast', prompt: 'A cat on a skateboard.', duration: 8 };

let emulator: VideosEmulator;

beforeEach(() => {
  emulator = createVideosEmulator();
});

/** Sends a create: a string as it is, anything else as JSON. */
function create(body: unknown, headers: Record<string, string> = KEY): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return emulator.fetch(`${emulator.baseUrl}/v1/videos/videos`, { method: 'POST', headers, body: text });
}

async function poll(id: string): Promise<Record<string, unknown>> {
  const response = await emulator.fetch(`${emulator.baseUrl}/v1/result/${id}`, { headers: KEY });
  return (await response.json()) as Record<string, unknown>;
}

async function makeTask(body: unknown = REQUEST): Promise<string> {
  return ((await (await create(body)).json()) as { id: string }).id;
}

describe('a create', () => {
  it('the reply to a create is the documented task, byte for byte', async () => {
    vi.useFakeTimers({ now: 1_774_836_724_000, toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const response = await create({ ...REQUEST, model: 'videos' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(
      '{"id":"video_1000000001","object":"video","created":1774836724,"model":"videos","status":"queued","error":null}',
    );
  });

  it('a created task completes at its third poll, with the model and the duration of the request', async () => {
    const id = await makeTask();
    expect([(await poll(id)).status, (await poll(id)).status]).toEqual(['queued', 'processing']);
    expect(await poll(id)).toMatchObject({ status: 'completed', model: 'videos_fast', actualDuration: 8 });
  });

  it('each create makes a task with an id of its own', async () => {
    expect(await makeTask()).not.toBe(await makeTask());
  });

  it('onCreate scripts the task by the request', async () => {
    const scenarioOf = vi.fn(({ prompt }): EmulatedScenario | undefined =>
      prompt === 'bad' ? { outcome: 'failed', error: 'No.', after: { polls: 1 } } : undefined,
    );
    emulator.onCreate(scenarioOf);
    const [bad, good] = [await makeTask({ ...REQUEST, prompt: 'bad' }), await makeTask()];
    expect(await poll(bad)).toMatchObject({ status: 'failed', error: 'No.', model: 'videos_fast' });
    expect(await poll(good)).toMatchObject({ status: 'queued' });
    expect(scenarioOf.mock.calls).toEqual([[{ ...REQUEST, prompt: 'bad' }], [REQUEST]]);
  });

  it('a scenario may set the id, and an envelope around every reply', async () => {
    emulator.onCreate(() => ({ id: 'vgen_1', envelope: 'success' }));
    expect(await (await create(REQUEST)).json()).toMatchObject({
      code: 'success',
      data: { id: 'vgen_1', status: 'queued' },
    });
    expect(await poll('vgen_1')).toMatchObject({ code: 'success', data: { id: 'vgen_1', status: 'queued' } });
  });

  it('a task that ends at once has its end in the reply to the create', async () => {
    emulator.onCreate(() => ({
      outcome: 'failed',
      error: 'It breaks the content policy.',
      after: { ms: 0 },
    }));
    expect(await (await create(REQUEST)).json()).toMatchObject({
      status: 'failed',
      error: 'It breaks the content policy.',
    });
    emulator.onCreate(() => ({ after: { ms: 0 } }));
    const { id, video_url } = (await (await create(REQUEST)).json()) as { id: string; video_url: string };
    expect(video_url).toBe(`${emulator.filesUrl}/${id}.mp4`);
  });

  it('the older form of the reply is an envelope with the projectId, under which the task is polled', async () => {
    emulator.onCreate(() => ({ reply: 'projectId', after: { polls: 1 } }));
    const response = await create(REQUEST);
    expect(await response.text()).toBe('{"code":"0","msg":null,"data":{"projectId":"proj_1000000001"}}');
    expect(await poll('proj_1000000001')).toMatchObject({ id: 'proj_1000000001', status: 'completed' });
  });

  it('reset forgets the scenarios', async () => {
    emulator.onCreate(() => ({ id: 'mine' }));
    emulator.reset();
    expect(await makeTask()).toMatch(/^video_\d{10}$/);
  });

  it('a wrong key is refused, and makes no task', async () => {
    const scenarioOf = vi.fn();
    emulator.onCreate(scenarioOf);
    const response = await create(REQUEST, { authorization: 'Bearer wrong' });
    expect(await response.json()).toEqual({ code: '204', msg: '登录验证失败' });
    expect(scenarioOf).not.toHaveBeenCalled();
  });

  it('onCreate refuses anything but a function', () => {
    expect(() => emulator.onCreate({} as never)).toThrow(
      new TypeError('Invalid option onCreate: {}. Expected a function.'),
    );
  });
});

describe('the validation of a create', () => {
  const IMAGE = 'https://example.com/1.png';

  it.each(['model', 'prompt', 'duration'])('a create without %s is refused as documented', async (name) => {
    for (const value of [undefined, null, ' ']) {
      const response = await create({ ...REQUEST, [name]: value });
      expect([response.status, await response.json()]).toEqual([400, { msg: `缺少必填参数: ${name}` }]);
    }
  });

  it.each(['{', '', '[1', 'model=videos'])('a create with the body %j is refused', async (body) => {
    const response = await create(body);
    expect(await response.json()).toEqual({ code: -1, msg: expect.any(String), data: null });
  });

  it.each([
    ['a model that is not a string', { model: 5 }],
    ['a prompt that is not a string', { prompt: 5 }],
    ['a prompt of 1,501 characters', { prompt: 'x'.repeat(1_501) }],
    [
      'a prompt of 5,001 characters for a stable model',
      { model: 'videos_stable', prompt: 'x'.repeat(5_001) },
    ],
    ['a duration of 3', { duration: 3 }],
    ['a duration of 16', { duration: 16 }],
    ['a duration of 5.5', { duration: 5.5 }],
    ['a duration in a string', { duration: '5' }],
    ['an unknown ratio', { ratio: '2:1' }],
    ['a ratio of another model', { ratio: '21:9' }],
    ['another resolution', { resolution: '1080p' }],
    ['a first frame alone', { first_image: IMAGE }],
    ['a last frame alone', { last_image: IMAGE }],
    ['a frame that is not a URL', { first_image: 'cat.png', last_image: IMAGE }],
    ['frames and references', { first_image: IMAGE, last_image: IMAGE, referenceImages: [IMAGE] }],
    ['ten reference images', { referenceImages: Array(10).fill(IMAGE) }],
    ['four reference videos', { referenceVideos: Array(4).fill(IMAGE) }],
    ['four reference audios', { referenceAudios: Array(4).fill(IMAGE) }],
    ['references that are not a list', { referenceImages: IMAGE }],
    ['a reference that is not a URL', { referenceImages: [7] }],
  ])('a create with %s is refused as documented, and makes no task', async (_, fields) => {
    const response = await create({ ...REQUEST, ...fields });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ code: 1001, msg: expect.any(String), data: null });
    expect(emulator.requests[0]).toMatchObject({ id: null });
  });

  it.each([
    ['1,500 characters that take two units each', { prompt: '😀'.repeat(1_500) }],
    ['5,000 characters for a stable model', { model: 'videos_stable_fast', prompt: 'x'.repeat(5_000) }],
    ['the least duration', { duration: 4 }],
    ['the most duration', { duration: 15 }],
    ['a wide ratio of the model videos', { model: 'videos', ratio: '21:9' }],
    ['the only resolution', { resolution: '720p' }],
    ['both frames', { first_image: IMAGE, last_image: IMAGE }],
    [
      'all references',
      { referenceImages: Array(9).fill(IMAGE), referenceVideos: [IMAGE], referenceAudios: [] },
    ],
    ['a model and a field that no page documents', { model: 'vgen', autoFace: true, image: 'x' }],
  ])('a create with %s makes a task', async (_, fields) => {
    expect(await makeTask({ ...REQUEST, ...fields })).toMatch(/^video_/);
  });
});

describe('a fault and a create', () => {
  it('a create that meets a status makes no task', async () => {
    emulator.fail({ with: { status: 503 } });
    expect((await create(REQUEST)).status).toBe(503);
    expect(emulator.requests[0]).toMatchObject({ status: 503, id: null });
  });

  it.each(['reset', 'timeout', 'truncated'] as const)(
    'a create that meets a %s has made its task: only the reply is lost',
    async (fault) => {
      emulator.fail({ with: fault });
      const lost = create(REQUEST, KEY).then((response) => response.text());
      lost.catch(() => {});
      await expect.poll(() => emulator.requests[0]?.id).toBe('video_1000000001');
      expect(await poll('video_1000000001')).toMatchObject({ status: 'queued' });
    },
  );

  it("a fault on 'create' spares the polls, and a fault on 'result' the creates", async () => {
    const { id } = emulator.addTask();
    emulator.fail({ on: 'create', with: { status: 500 } });
    emulator.fail({ on: 'result', with: { status: 502 } });
    const statuses: number[] = [];
    for (const call of [() => poll(id), () => create(REQUEST), () => poll(id), () => create(REQUEST)]) {
      await call();
      statuses.push(emulator.requests.at(-1)?.status ?? 0);
    }
    expect(statuses).toEqual([502, 500, 200, 200]);
  });
});

it('a recorded create has its body, and the id of the task that it made', async () => {
  const id = await makeTask();
  await create('{');
  expect(emulator.requests).toEqual([
    expect.objectContaining({ on: 'api', method: 'POST', id, status: 200, body: REQUEST }),
    expect.objectContaining({ id: null, body: '{' }),
  ]);
  expect(JSON.stringify(emulator.requests)).not.toContain('test-key');
});

it('a client creates a task, waits for it and gets its file', async () => {
  const client = new VideosClient({ apiKey: 'test-key', fetch: emulator.fetch });
  emulator.onCreate(() => ({ reply: 'projectId', after: { polls: 2 } }));
  const video = await client.generate(REQUEST, { minInterval: 0, maxInterval: 0 });
  expect(video).toMatchObject({ id: 'proj_1000000001', model: 'videos_fast', actualDuration: 8 });
  expect(new Uint8Array(await (await client.download(video)).arrayBuffer())).toEqual(sampleVideo());
  expect(emulator.requests.map(({ method, on }) => `${method} ${on}`)).toEqual([
    'POST api',
    'GET api',
    'GET api',
    'GET video',
  ]);
});

it('a create that loses its reply is an OutcomeUnknownError, and its task exists', async () => {
  const client = new VideosClient({ apiKey: 'test-key', fetch: emulator.fetch });
  emulator.fail({ on: 'create', with: 'reset' });
  await expect(client.create(REQUEST)).rejects.toMatchObject({ name: 'OutcomeUnknownError', taskId: null });
  expect(await poll('video_1000000001')).toMatchObject({ status: 'queued' });
});

it('the MSW handlers serve a create', async () => {
  const server = setupServer(...emulator.handlers());
  server.listen({ onUnhandledRequest: 'error' });
  onTestFinished(() => server.close());
  const init = { method: 'POST', headers: KEY, body: JSON.stringify(REQUEST) };
  const response = await fetch(`${emulator.baseUrl}/v1/videos/videos`, init);
  expect(await response.json()).toMatchObject({ status: 'queued', model: 'videos_fast' });
});
