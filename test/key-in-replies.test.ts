import type { RequestListener } from 'node:http';
import { expect, it } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { HttpService, json } from './helpers/http-service.ts';
import { clientOf, expectNoKeyIn, IN_JSON, IN_URL, KEY } from './helpers/key-leaks.ts';
import { task } from './helpers/task.ts';

/** A key between so many characters, so that a text is cut within it. */
const straddling = (at: number) => `${'.'.repeat(at - 12)}${KEY}${'.'.repeat(8_000)}`;

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
  ['encoded for JSON within JSON', json({ message: `{"key":"${IN_JSON}"}` }, 400)],
  ['encoded for JSON as PHP does it', json({ message: `{"key":"${IN_JSON.replaceAll('/', '\\/')}"}` }, 400)],
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
  ['as an object for the reason of a failed task', json(task({ status: 'failed', error: { message: KEY } }))],
  [
    'in an unknown field of a failed task',
    json(task({ status: 'failed', debug: { headers: [`Bearer ${KEY}`] } })),
  ],
];

it.each(echoes)('a key that the service sends back is in no error: %s', async (_, turn) => {
  await using service = await HttpService.start(turn);
  const client = clientOf({ baseUrl: service.url });
  const error = await expectNoKeyIn(client.waitForCompletion('video_1', { maxFailures: 1 }));
  expect(service.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  expect(error.message).toMatch(/^Failed to /);
});

it('a key that the service sends back is replaced by [redacted], and everything else is quoted', async () => {
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

it('a key in a task that is processing is in no error of the wait', async () => {
  await using service = await HttpService.start(json(task({ debug: KEY })));
  const error = await expectNoKeyIn(
    clientOf({ baseUrl: service.url }).waitForCompletion('video_1', { maxWait: 5 }),
  );
  expect(error).toMatchObject({
    name: 'WaitTimeoutError',
    lastVideo: { status: 'processing', debug: '[redacted]' },
  });
});

it('a key in place of a task’s id or model is in no error', async () => {
  await using service = await HttpService.start(json({ ...task(), id: KEY, model: KEY }));
  const client = clientOf({ baseUrl: service.url });
  await expectNoKeyIn(client.waitForCompletion('video_1', { maxWait: 5 }));
});

it('a completed video is returned unchanged, whatever its URL contains', async () => {
  const url = `https://cdn.example.com/1.mp4?key=${IN_URL}`;
  await using service = await HttpService.start(json(task({ status: 'completed', video_url: url })));
  expect(await clientOf({ baseUrl: service.url }).getResult('video_1')).toMatchObject({ video_url: url });
});

it('a key in a 429 is in no error of a call that was not sent because of it', async () => {
  await using service = await HttpService.start(json({ message: KEY }, 429, { 'retry-after': '3600' }));
  const client = clientOf({ baseUrl: service.url });
  await expectNoKeyIn(client.getResult('video_1'));
  await expectNoKeyIn(client.getResult('video_2'));
  expect(service.requests).toHaveLength(1);
});

it('the beginning of a key at the end of a task’s field is a word like any other, and stays', async () => {
  await using service = await HttpService.start(
    json(task({ tenant: KEY.slice(0, 12), status: 'failed', error: `Refused for "${KEY.slice(0, 12)}"` })),
  );
  const error = await failureOf(clientOf({ baseUrl: service.url }).waitForCompletion('video_1'));
  expect(error).toMatchObject({
    name: 'VideoFailedError',
    video: { tenant: KEY.slice(0, 12), error: `Refused for "${KEY.slice(0, 12)}"` },
  });
});
