import { VideosClient } from 'videos-client';
import { expect, it } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { HttpService } from './helpers/http-service.ts';
import { completed } from './helpers/task.ts';

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
  ['white space about it', ' \ta\n', '%20%09a%0A'],
  ['a line break and a header', 'a\r\nx-admin: 1', 'a%0D%0Ax-admin%3A%201'],
  ['a zero byte', 'a\0b', 'a%00b'],
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

it.each([
  ['nothing', ''],
  ['blank', ' \t\n'],
  ['where it is', '.'],
  ['a step up', '..'],
  ['half a character', 'a\ud800'],
  ['a number', 1 as never],
  ['missing', undefined as never],
])('an id that is %s is refused, and nothing is sent', async (_, id) => {
  await using service = await HttpService.start(completed);
  const client = new VideosClient({ apiKey: 'key', baseUrl: service.url });
  for (const call of [client.getResult(id), client.waitForCompletion(id), client.watch(id).next()]) {
    expect(await failureOf(call)).toMatchObject({
      name: 'TypeError',
      message: expect.stringMatching(/^Invalid task id: .* Expected the id that the create call returned/),
    });
  }
  expect(service.requests).toHaveLength(0);
});
