import { VideosClient } from 'videos-client';
import { expect, it } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { play } from './helpers/fetch-service.ts';
import { HttpService } from './helpers/http-service.ts';
import { completed, ID } from './helpers/task.ts';

const long = 'x'.repeat(5_000);

it.each([
  ['a step up', '../admin', '..%2Fadmin'],
  ['steps in the middle', 'a/../../admin', 'a%2F..%2F..%2Fadmin'],
  ['steps with backslashes', '..\\admin', '..%5Cadmin'],
  ['a path, a query and a fragment', 'a/b?c=d#e', 'a%2Fb%3Fc%3Dd%23e'],
  ['steps that are already encoded', '%2e%2e', '%252e%252e'],
  ['an encoded slash', '..%2fadmin', '..%252fadmin'],
  ['an absolute URL', 'http://elsewhere.test/', 'http%3A%2F%2Felsewhere.test%2F'],
  ['a URL without its scheme', '//elsewhere.test', '%2F%2Felsewhere.test'],
  ['a letter with an accent', 'é', '%C3%A9'],
  ['an emoji', '🎬', '%F0%9F%8E%AC'],
  ['white space in its middle', 'a  b\u3000c', 'a%20%20b%E3%80%80c'],
  ['a joiner in its middle', '👩\u200d🚀', '%F0%9F%91%A9%E2%80%8D%F0%9F%9A%80'],
  ['three dots', '...', '...'],
  ['5,000 characters', long, long],
])('an id with %s is one segment of the path', async (_, id, segment) => {
  await using service = await HttpService.start(completed);
  const client = new VideosClient({ apiKey: 'key', baseUrl: `${service.url}/base` });
  await expect(client.getResult(id)).resolves.toMatchObject({ status: 'completed' });
  await client.waitForCompletion(id);
  expect(service.requests.map(({ url }) => url)).toEqual(Array(2).fill(`/base/v1/result/${segment}`));
  expect(decodeURIComponent(segment)).toBe(id);
});

const wrong: [unknown, shown: string, problem: string][] = [
  [undefined, 'undefined', 'is not a string'],
  [null, 'null', 'is not a string'],
  [42, '42', 'is not a string'],
  [{ id: ID }, '{"id":"video_1234567890"}', 'is not a string'],
  ['', '""', 'is blank'],
  [' \n\t', '" \\n\\t"', 'is blank'],
  ['.', '"."', 'is a step in a path'],
  ['..', '".."', 'is a step in a path'],
  ['video_\ud800', '"video_\\ud800"', 'contains half a character'],
  ['\udc00', '"\\udc00"', 'contains half a character'],
  // As read from a file.
  ['video_1\n', '"video_1\\n"', 'begins or ends with white space or an invisible character'],
  ['video_1\r', '"video_1\\r"', 'begins or ends with white space or an invisible character'],
  ['\ufeffvideo_1', '"\\ufeffvideo_1"', 'begins or ends with white space or an invisible character'],
  [' video_1', '" video_1"', 'begins or ends with white space or an invisible character'],
  ['video_1\u00a0', '"video_1\\u00a0"', 'begins or ends with white space or an invisible character'],
  // As copied from a page.
  ['video_1\u200b', '"video_1\\u200b"', 'begins or ends with white space or an invisible character'],
  ['\u2066video_1', '"\\u2066video_1"', 'begins or ends with white space or an invisible character'],
  ['video_1\u00ad', '"video_1\\u00ad"', 'begins or ends with white space or an invisible character'],
  ['video_1\u3164', '"video_1\\u3164"', 'begins or ends with white space or an invisible character'],
  ['\u2060', '"\\u2060"', 'begins or ends with white space or an invisible character'],
  ['video\n1', '"video\\n1"', 'contains a control character'],
  ['a\r\nx-admin: 1', '"a\\r\\nx-admin: 1"', 'contains a control character'],
  ['a\0b', '"a\\u0000b"', 'contains a control character'],
  ['a\u009fb', '"a\\u009fb"', 'contains a control character'],
];
it.each(wrong)('the id %j is refused before anything is sent: %s %s', async (id, shown, problem) => {
  const { client, requests } = play(completed);
  const videos = client();
  const error = new TypeError(
    `Invalid task id: ${shown} ${problem}. Expected the id exactly as the create call returned it.`,
  );
  for (const call of [
    videos.getResult(id as string),
    videos.waitForCompletion(id as string),
    videos.watch(id as string).next(),
    ...(Object(id) === id ? [] : [videos.download(id as string)]),
  ]) {
    expect(await failureOf(call)).toEqual(error);
  }
  const { value } = await videos.waitForAll([id as string]).next();
  expect(value).toEqual({ id, status: 'rejected', reason: error });
  expect(requests).toEqual([]);
});

it('an id that contains the API key is refused without showing it: two arguments were swapped', async () => {
  const key = 'sk-live-0123456789';
  const error = new TypeError(
    'Invalid task id: it contains the API key. Expected the id exactly as the create call returned it.',
  );
  const { client, requests } = play(completed);
  const videos = client({ apiKey: key });
  for (const id of [key, `Bearer ${key}`]) {
    for (const call of [
      videos.getResult(id),
      videos.waitForCompletion(id),
      videos.watch(id).next(),
      videos.download(id),
    ]) {
      expect(await failureOf(call)).toEqual(error);
    }
  }
  expect(requests).toEqual([]);
  // A function's key is known once it was asked for.
  const rotating = client({ apiKey: () => key });
  await rotating.getResult(ID);
  expect(await failureOf(rotating.getResult(key))).toEqual(error);
  expect(requests).toHaveLength(1);
});

it('a key shorter than 8 characters is a word of tests, and may be in an id', async () => {
  const { client } = play(completed);
  expect(await client({ apiKey: 'video_1' }).getResult(ID)).toEqual(completed);
});

it.each([ID, 'proj_1234567890', 'fd35ee52-2a98-44a6-b930-29a88ce9b8fd', '任务', '🎬', '...', 'a/b?c#d'])(
  'the id %s is accepted: nothing assumes a form',
  async (id) => {
    const { client } = play(completed);
    expect(await client().getResult(id)).toEqual(completed);
  },
);

it.each([
  [ID, ID],
  ['fd35ee52-2a98-44a6', 'fd35ee52-2a98-44a6'],
  ['a b', '"a b"'],
  ['a  b', '"a  b"'],
  ['video_1.', '"video_1."'],
  ['a\u200bb', '"a\\u200bb"'],
  ['任务', '"任务"'],
  [long, `${'x'.repeat(200)}…`],
  [`${long} y`, `"${'x'.repeat(200)}"…`],
])('messages show the id %j as %s', async (id, shown) => {
  const { client } = play(() => new Response('{}', { status: 404 }));
  await expect(client().getResult(id)).rejects.toThrow(`Failed to get the result of task ${shown}: `);
});
