import type { RequestListener } from 'node:http';
import { inspect } from 'node:util';
import {
  type CompletedVideo,
  isVideosError,
  parseVideo,
  VideosClient,
  type VideosClientOptions,
} from 'videos-client';
import { describe, expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { HttpService, json } from './helpers/http-service.ts';
import { completed, task } from './helpers/task.ts';

/** With what JSON and URLs escape; every form of it begins alike. */
const KEY = 'sk-live-1"2\\3/4+5=6&7%8#9';
const START = 'sk-live-1';
const IN_JSON = JSON.stringify(KEY).slice(1, -1);
const IN_URL = encodeURIComponent(KEY);
const escaped = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
const inHtml = (text: string, entity: (code: number) => string) =>
  text.replace(/\W/g, (char) => entity(char.charCodeAt(0)));

function clientOf(options: VideosClientOptions) {
  return new VideosClient({
    apiKey: KEY,
    maxRetries: 0,
    polling: { minInterval: 0, maxInterval: 1 },
    ...options,
  });
}

/** Everything that anyone would print of an error. */
function printed(error: unknown): string {
  const parts = [
    inspect(error, { depth: 10 }),
    inspect(error, { depth: 10, showHidden: true }),
    String(error),
  ];
  for (let link = error; link instanceof Error; link = link.cause) {
    parts.push(link.name, link.message, link.stack ?? '', JSON.stringify(link), JSON.stringify({ ...link }));
    for (const key of Reflect.ownKeys(link)) parts.push(String(Reflect.get(link, key)));
  }
  return parts.join('\n');
}

async function expectNoKeyIn(call: Promise<unknown>): Promise<Error> {
  const error = await failureOf(call);
  expect(isVideosError(error)).toBe(true);
  // A part that no encoding changes.
  expect(printed(error)).not.toContain('live');
  return error as Error;
}

/** A key between so many characters, so that whatever cuts the text cuts it there. */
const straddling = (at: number) => `${'.'.repeat(at - 12)}${KEY}${'.'.repeat(8_000)}`;

describe('a service that sends the key back', () => {
  const echoes: [string, RequestListener][] = [
    ['in the message of an error', json({ message: `No such key: ${KEY}` }, 401)],
    ['in an error object', json({ error: { message: KEY, code: KEY } }, 500)],
    ['as the name of a field', json({ [KEY]: true }, 400)],
    [
      'deep within the body',
      json({ a: [{ b: { c: [[[[[[[[[[[[[[[[{ authorization: `Bearer ${KEY}` }]]]]]]]]]]]]]]]] } }] }, 400),
    ],
    ['as plain text', json(`Authorization: Bearer ${KEY}`, 403)],
    ['in the title of a page', json(`<!doctype html><title>${KEY}</title>`, 502)],
    ['encoded for a URL', json({ message: `/login?key=${IN_URL}` }, 400)],
    [
      'encoded for a URL in small letters',
      json({ message: `/login?key=${IN_URL.replace(/%../g, (hex) => hex.toLowerCase())}` }, 400),
    ],
    ['encoded for a URL twice', json({ message: encodeURIComponent(`/login?key=${IN_URL}`) }, 400)],
    [
      'in a page, encoded for HTML',
      json(`<!doctype html><title>${inHtml(KEY, (code) => `&#${code};`)}</title>`, 502),
    ],
    [
      'in a page, encoded for HTML in hexadecimal',
      json(
        `<!doctype html><title>${inHtml(KEY, (code) => `&#x${code.toString(16).toUpperCase()};`)}</title>`,
        502,
      ),
    ],
    [
      'in a page, encoded for HTML by name',
      json(`<title>${KEY.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}`, 502),
    ],
    [
      'escaped for JSON beyond need, in a long body',
      json(`{"message":"${KEY.replace(/\W/g, escaped)}","more":"${'.'.repeat(8_000)}"}`, 400),
    ],
    ['encoded for JSON within JSON', json({ message: `{"key":"${IN_JSON}"}` }, 400)],
    [
      'encoded for JSON as PHP does it',
      json({ message: `{"key":"${IN_JSON.replaceAll('/', '\\/')}"}` }, 400),
    ],
    ['as the id of the request', json({}, 500, { 'x-request-id': KEY })],
    ['as the words of the status', (_, response) => response.writeHead(500, KEY).end()],
    ['as the code of an envelope', json({ code: KEY, msg: KEY, data: null })],
    ['instead of JSON', json(`Bearer ${KEY}`)],
    ['in a body over 4 KiB', json(`${KEY} ${'.'.repeat(8_000)}`, 400)],
    ['where a message is cut', json(straddling(200), 400)],
    ['where a message is cut, in JSON', json({ message: straddling(200) }, 400)],
    ['where a body is cut', json(straddling(4096), 400)],
    [
      'where a body breaks off',
      ({ socket }) => socket?.end(`HTTP/1.1 500 No\r\nContent-Length: 999\r\n\r\n${KEY.slice(0, 12)}`),
    ],
    ['in a field that breaks the contract', json(task({ created: { key: KEY } }))],
    ['as a status', json(task({ status: KEY }))],
    ['as another object', json({ id: '1', object: KEY, status: 'processing' })],
    ['as the path of a redirect', json('', 302, { location: `http://nowhere.invalid/${IN_URL}` })],
    ['as the reason of a failed task', json(task({ status: 'failed', error: `${KEY} was refused` }))],
    [
      'as an object for the reason of a failed task',
      json(task({ status: 'failed', error: { message: KEY } })),
    ],
    [
      'in a field of a failed task that nobody knows',
      json(task({ status: 'failed', debug: { headers: [`Bearer ${KEY}`] } })),
    ],
  ];

  it.each(echoes)('%s finds it in no error', async (_, turn) => {
    await using service = await HttpService.start(turn);
    const client = clientOf({ baseUrl: service.url });
    const error = await expectNoKeyIn(client.waitForCompletion('video_1', { maxFailures: 1 }));
    expect(service.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(error.message).toMatch(/^Failed to /);
  });

  it('is quoted with [redacted] in its place', async () => {
    await using service = await HttpService.start(
      json({ message: `No such key: ${KEY}`, keys: [KEY], plan: 'free' }, 401),
    );
    const error = await failureOf(clientOf({ baseUrl: service.url }).getResult('video_1'));
    expect(error).toMatchObject({
      name: 'AuthenticationError',
      taskId: 'video_1',
      status: 401,
      body: { message: 'No such key: [redacted]', keys: ['[redacted]'], plan: 'free' },
    });
    expect((error as Error).message).toContain('"No such key: [redacted]"');
    expect((error as Error).stack).toContain('"No such key: [redacted]"');
  });

  it('while the task is processing finds it in no error of the wait either', async () => {
    await using service = await HttpService.start(json(task({ debug: KEY })));
    const error = await expectNoKeyIn(
      clientOf({ baseUrl: service.url }).waitForCompletion('video_1', { maxWait: 5 }),
    );
    expect(error).toMatchObject({
      name: 'WaitTimeoutError',
      lastVideo: { status: 'processing', debug: '[redacted]' },
    });
  });

  it.each([
    ['that holds it', KEY, '[redacted]'],
    ['without it', 'fine', 'fine'],
  ])('beneath more than anyone nests finds a task %s readable', async (_, word, expected) => {
    const depth = 20_000;
    const { id, status } = task();
    const nest = `${'['.repeat(depth)}${JSON.stringify(word)}${']'.repeat(depth)}`;
    const body = `{"id":"${id}","status":"${status}","debug":${nest}}`;
    await using service = await HttpService.start((_, response) => response.end(body));
    const video: Record<string, unknown> = {
      ...(await clientOf({ baseUrl: service.url }).getResult('video_1')),
    };
    let inner: unknown = video.debug;
    while (Array.isArray(inner)) inner = inner[0];
    expect(inner).toBe(expected);
  });

  it('in place of what identifies a task finds it in no error either', async () => {
    await using service = await HttpService.start(json({ ...task(), id: KEY, model: KEY }));
    const client = clientOf({ baseUrl: service.url });
    await expectNoKeyIn(client.waitForCompletion('video_1', { maxWait: 5 }));
  });

  it('within a completed video finds the video untouched', async () => {
    const url = `https://cdn.example.com/1.mp4?key=${IN_URL}`;
    await using service = await HttpService.start(json(task({ status: 'completed', video_url: url })));
    expect(await clientOf({ baseUrl: service.url }).getResult('video_1')).toMatchObject({ video_url: url });
  });

  it('finds it in no error of a call that was not sent because of it', async () => {
    await using service = await HttpService.start(json({ message: KEY }, 429, { 'retry-after': '3600' }));
    const client = clientOf({ baseUrl: service.url });
    await expectNoKeyIn(client.getResult('video_1'));
    await expectNoKeyIn(client.getResult('video_2'));
    expect(service.requests).toHaveLength(1);
  });
});

describe('a fetch of the user’s own', () => {
  const headers = () => ({ authorization: `Bearer ${KEY}` });
  const request = () => new Request('https://api.test', { headers: headers() });
  class HttpError extends Error {
    override name = 'HttpError';
    code = 'ECONNRESET';
    config = { headers: headers() };
  }

  const failures: [string, () => unknown][] = [
    ['whose message has the key', () => new Error(`Failed with ${KEY}`)],
    ['whose message has the key encoded for a URL', () => new Error(`Failed at ?key=${IN_URL}`)],
    ['whose name has the key', () => Object.assign(new Error('no'), { name: KEY })],
    ['that carries the configuration of the request', () => new HttpError('no')],
    ['that carries the Request', () => Object.assign(new Error('no'), { request: request() })],
    ['that carries the Headers', () => Object.assign(new Error('no'), { headers: new Headers(headers()) })],
    ['that carries a Map', () => Object.assign(new Error('no'), { sent: new Map([[{ deep: KEY }, 1]]) })],
    ['that carries a Set', () => Object.assign(new Error('no'), { sent: new Set([[KEY]]) })],
    [
      'that carries the parameters of a URL',
      () => Object.assign(new Error('no'), { query: new URLSearchParams({ key: KEY }) }),
    ],
    [
      'that carries it under a symbol',
      () => Object.assign(new Error('no'), { [Symbol('state')]: headers() }),
    ],
    [
      'that carries it in a property that is not listed',
      () => Object.defineProperty(new Error('no'), 'sent', { value: KEY }),
    ],
    [
      'that carries it in a cycle',
      () => {
        const error = Object.assign(new Error('no'), { self: {} });
        error.self = { error, headers: headers() };
        return error;
      },
    ],
    [
      'whose cause of a cause carries it',
      () => new Error('no', { cause: new Error('still no', { cause: new HttpError('never') }) }),
    ],
    ['whose cause is an object', () => new Error('no', { cause: { headers: headers() } })],
    [
      'that carries the URL of the request',
      () => Object.assign(new Error('no'), { url: new URL(`https://api.test/?key=${IN_URL}`) }),
    ],
    [
      'that carries a function with it',
      () => Object.assign(new Error('no'), { retry: Object.assign(() => {}, { KEY }) }),
    ],
    [
      'that has a getter which throws, and the key beside it',
      () =>
        Object.assign(new Error(KEY), {
          request: Object.defineProperty({}, 'url', {
            get: () => {
              throw new Error(KEY);
            },
          }),
        }),
    ],
    ['whose name is no text', () => Object.assign(new Error(KEY), { name: { KEY } })],
    ['whose cause is a text', () => new Error('no', { cause: `Bearer ${KEY}` })],
    ['of several', () => new AggregateError([new Error(KEY)], 'none worked')],
    ['that is a DOMException', () => new DOMException(`Aborted with ${KEY}`, 'NetworkError')],
    ['that is no Error', () => ({ headers: headers() })],
    ['that is a text', () => `Failed with ${KEY}`],
  ];

  it.each(failures)('that fails with an error %s shows it in no error', async (_, make) => {
    const client = clientOf({ fetch: () => Promise.reject(make()) });
    const error = await expectNoKeyIn(client.getResult('video_1'));
    expect(error).toMatchObject({ name: 'ConnectionError', taskId: 'video_1' });
  });

  it('that throws at once shows it in no error', async () => {
    const fetch = () => {
      throw new HttpError(KEY);
    };
    await expectNoKeyIn(clientOf({ fetch }).getResult('video_1'));
  });

  it('whose body breaks with such an error shows it in no error', async () => {
    const body = () => new ReadableStream({ pull: () => Promise.reject(new HttpError(KEY)) });
    const error = await expectNoKeyIn(
      clientOf({ fetch: async () => new Response(body()) }).getResult('video_1'),
    );
    expect(error).toMatchObject({ name: 'ConnectionError' });
  });

  it('has its own error as the cause where the key is not in it', async () => {
    const cause = Object.assign(new Error('no'), { config: { url: 'https://api.test' } });
    const error = await failureOf(clientOf({ fetch: () => Promise.reject(cause) }).getResult('video_1'));
    expect((error as Error).cause).toBe(cause);
  });

  it('has what can be said of its error in the cause where the key is in it', async () => {
    const cause = new HttpError('Reset by peer', { cause: new Error(`for ${KEY}`) });
    const error = (await failureOf(
      clientOf({ fetch: () => Promise.reject(cause) }).getResult('video_1'),
    )) as Error;
    expect(error.cause).toBeInstanceOf(Error);
    expect(error.cause).toMatchObject({
      name: 'HttpError',
      message: 'Reset by peer',
      code: 'ECONNRESET',
      cause: { message: 'for [redacted]' },
    });
    expect(error.cause).not.toHaveProperty('config');
    expect((error.cause as Error).stack).toContain('secrets.test.ts');
  });

  it('that fails with something endless is not searched for ever', async () => {
    const cause = Object.assign(new Error('no'), {
      has: () => true,
      *[Symbol.iterator]() {
        for (let count = 0; ; count++) yield { count };
      },
    });
    const error = (await failureOf(
      clientOf({ fetch: () => Promise.reject(cause) }).getResult('video_1'),
    )) as Error;
    expect(error.cause).toMatchObject({ message: 'no' });
  });

  it('that fails with megabytes of bytes is not searched byte by byte', async () => {
    const cause = Object.assign(new Error('no'), { body: new Uint8Array(2 ** 20) });
    const error = (await failureOf(
      clientOf({ fetch: () => Promise.reject(cause) }).getResult('video_1'),
    )) as Error;
    expect(error.cause).toBe(cause);
  });
});

describe('a key', () => {
  const answering = (apiKey: string, body: string, status = 200) =>
    clientOf({ apiKey, fetch: async () => new Response(body, { status }) });

  const forms: [string, (text: string) => string][] = [
    ['as it is', (text) => text],
    ['encoded for a URL', encodeURIComponent],
    ['encoded for JSON', (text) => JSON.stringify(text).slice(1, -1)],
    ['escaped for JSON beyond need', (text) => text.replace(/\W/g, escaped)],
    ['encoded for HTML', (text) => inHtml(text, (code) => `&#${code};`)],
  ];
  it.each(forms)('%s leaves no more than its first letters wherever a text is cut', async (_, encode) => {
    const encoded = encode(KEY);
    for (let left = 0; left <= encoded.length; left++) {
      for (const limit of [200, 4096]) {
        const text = `${'.'.repeat(limit - left)}${encoded}${'.'.repeat(5_000)}`;
        const error = await failureOf(answering(KEY, text, 400).getResult('video_1'));
        // The first eight characters, in the forms above; what is cut sooner is no secret.
        for (const form of forms) expect(printed(error)).not.toContain(form[1](KEY.slice(0, 8)));
      }
    }
  });

  it('may be as long as a header carries', async () => {
    const key = `ey${'J/1+c2_-'.repeat(1_000)}`;
    const pending = answering(key, JSON.stringify(task({ debug: [key, key.slice(0, 99)] })));
    expect(await pending.getResult('video_1')).toMatchObject({ debug: ['[redacted]', '[redacted]'] });

    const error = await failureOf(answering(key, `No such key: ${key}.`, 400).getResult('video_1'));
    expect(error).toMatchObject({ name: 'ApiError', body: 'No such key: [redacted]' });
  });

  it('that begins with a slash is found in an instant among a hundred thousand backslashes', async () => {
    const prompt = `${'\\'.repeat(100_000)}/secret-key`;
    const client = answering('/secret-key', JSON.stringify(task({ prompt })));
    expect(await client.getResult('video_1')).toMatchObject({
      prompt: expect.stringMatching(/^\\+\[redacted]$/),
    });
  });

  it('encoded for a URL in place of what identifies a task is found too', async () => {
    const client = answering(KEY, JSON.stringify(task({ model: IN_URL })));
    expect(await client.getResult('video_1')).toMatchObject({ model: '[redacted]' });
  });

  it('is found next to whatever looks like the rest of an escape, and nothing else is', async () => {
    const key = 'deadbeef-42';
    const text = `%${key} \\${key} &amp;${key}; %2f${key}%2f \\"${key}\\"`;
    const client = answering(key, JSON.stringify(task({ text, model: `%${key}` })));
    expect(await client.getResult('video_1')).toMatchObject({
      model: '%[redacted]',
      text: '%[redacted] \\[redacted] &amp;[redacted]; %2f[redacted]%2f \\"[redacted]\\"',
    });
  });
});

describe('a short key', () => {
  it('leaves whole what identifies an error', async () => {
    await using service = await HttpService.start(json({ msg: 'a' }, 401));
    const client = clientOf({ apiKey: 'a', baseUrl: service.url });
    const error = await failureOf(client.getResult('a task'));
    expect(error).toMatchObject({
      name: 'AuthenticationError',
      taskId: 'a task',
      status: 401,
      body: { msg: '[redacted]' },
    });
    expect(isVideosError(error)).toBe(true);
  });

  it('leaves whole what identifies a task', async () => {
    const queued = task({ status: 'queued', model: 'queue', note: 'queue' });
    await using service = await HttpService.start(json(queued));
    const client = clientOf({ apiKey: 'ue', baseUrl: service.url });
    expect(await client.getResult('video_1')).toMatchObject({ ...queued, note: 'q[redacted][redacted]' });
  });
});

describe('the key of a function', () => {
  it('is kept out of the errors of the attempt that it was for', async () => {
    const keys = [`${START}-first`, `${START}-second`];
    await using service = await HttpService.start((request, response) =>
      response.writeHead(500).end(`Refused ${request.headers.authorization}`),
    );
    const client = clientOf({ apiKey: () => keys.shift() ?? 'none', baseUrl: service.url });
    await expectNoKeyIn(client.getResult('video_1'));
    await expectNoKeyIn(client.getResult('video_1'));
    expect(service.requests.map(({ headers }) => headers.authorization)).toEqual([
      `Bearer ${START}-first`,
      `Bearer ${START}-second`,
    ]);
  });

  it('is kept out of the error of the function itself, when it is asked for the next one', async () => {
    await using service = await HttpService.start((_, response) => response.writeHead(503).end());
    let isFirst = true;
    const apiKey = () => {
      if (!isFirst) throw new Error(`Failed to refresh ${KEY}`);
      isFirst = false;
      return KEY;
    };
    const client = clientOf({ apiKey, baseUrl: service.url });
    await expectNoKeyIn(client.getResult('video_1'));
    const error = await expectNoKeyIn(client.getResult('video_1'));
    expect(error.message).toContain('the apiKey function failed (Failed to refresh [redacted])');
  });

  it('and one that is a text are kept out of the errors of a download', async () => {
    await using service = await HttpService.start(completed);
    for (const apiKey of [KEY, () => KEY]) {
      const fetch = vi.fn<typeof globalThis.fetch>(globalThis.fetch);
      const client = clientOf({ apiKey, baseUrl: service.url, fetch });
      const { video_url } = (await client.getResult('video_1')) as CompletedVideo;
      fetch.mockImplementation(() =>
        Promise.reject(Object.assign(new Error(`Failed with ${KEY}`), { config: { key: KEY } })),
      );
      const error = await expectNoKeyIn(
        client.download(parseVideo(task({ status: 'completed', video_url }))),
      );
      expect(error).toMatchObject({ name: 'DownloadError' });
      expect(error.message).toContain('no answer (Failed with [redacted])');
    }
  });
});
