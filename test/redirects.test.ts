import type { RequestListener } from 'node:http';
import { ApiError, VideosClient, type VideosClientOptions } from 'videos-client';
import { expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { HttpService, json } from './helpers/http-service.ts';
import { completed, processing, task } from './helpers/task.ts';

const redirect = (location: string | undefined, status = 302): RequestListener =>
  json('', status, location === undefined ? {} : { location });

function clientOf(baseUrl: string, options: VideosClientOptions = {}) {
  return new VideosClient({
    apiKey: 'secret-key',
    headers: { 'x-team': 'secret-team' },
    baseUrl,
    polling: { minInterval: 0, maxInterval: 1 },
    ...options,
  });
}

const refusalOf = (promise: Promise<unknown>) => failureOf(promise) as Promise<ApiError>;

it.each([301, 302, 303, 307, 308])(
  'a %i within the origin is followed, with the key and the headers',
  async (status) => {
    await using service = await HttpService.start(redirect('/elsewhere/1?x=y', status), completed);
    await expect(clientOf(service.url).getResult('1')).resolves.toMatchObject({ status: 'completed' });
    expect(service.requests.map(({ url }) => url)).toEqual(['/v1/result/1', '/elsewhere/1?x=y']);
    for (const { headers } of service.requests) {
      expect(headers).toMatchObject({ authorization: 'Bearer secret-key', 'x-team': 'secret-team' });
    }
  },
);

it.each([
  ['a path', '/other', '/other'],
  ['a relative path', 'other', '/v1/result/other'],
  ['a step up', '../other', '/v1/other'],
  ['a query alone', '?again', '/v1/result/1?again'],
  ['nothing at all', '', '/v1/result/1'],
])('a redirect to %s is resolved against the URL of the request', async (_, location, expected) => {
  await using service = await HttpService.start(redirect(location), completed);
  await clientOf(service.url).getResult('1');
  expect(service.requests[1]?.url).toBe(expected);
});

it('a redirect to an absolute URL of the origin is followed', async () => {
  await using service = await HttpService.start();
  service.play(redirect(`${service.url}/other#part`), completed);
  await clientOf(service.url).getResult('1');
  expect(service.requests[1]?.url).toBe('/other');
});

it('a redirect to a URL without its scheme is followed', async () => {
  await using service = await HttpService.start();
  service.play(redirect(`//127.0.0.1:${service.port}/other`), completed);
  await clientOf(service.url).getResult('1');
  expect(service.requests[1]?.url).toBe('/other');
});

it('redirects are followed step by step, each resolved against the one before it', async () => {
  await using service = await HttpService.start(redirect('/a/b'), redirect('c'), redirect('d'), completed);
  await clientOf(service.url).getResult('1');
  expect(service.requests.map(({ url }) => url)).toEqual(['/v1/result/1', '/a/b', '/a/c', '/a/d']);
});

it('five redirects are followed', async () => {
  await using service = await HttpService.start(...Array(5).fill(redirect('/next')), completed);
  await expect(clientOf(service.url).getResult('1')).resolves.toMatchObject({ status: 'completed' });
  expect(service.requests).toHaveLength(6);
});

it('a sixth redirect is not followed, nor is a loop', async () => {
  await using service = await HttpService.start(redirect('/loop?token=secret'));
  const error = await refusalOf(clientOf(service.url).getResult('1'));
  expect(error).toMatchObject({ name: 'ApiError', status: 302, isTransient: false, taskId: '1' });
  expect(error.message).toBe(
    `Failed to get the result of task 1: the service redirected the request more than 5 times, last to ${service.url}/loop. Set baseUrl to where the API is.`,
  );
  expect(service.requests).toHaveLength(6);
});

it('a redirect is part of one attempt: after a fault behind it, the retry starts from the first URL', async () => {
  await using service = await HttpService.start(
    redirect('/other'),
    json('', 503),
    redirect('/other'),
    completed,
  );
  vi.spyOn(Math, 'random').mockReturnValue(0);
  await clientOf(service.url).getResult('1');
  expect(service.requests.map(({ url }) => url)).toEqual([
    '/v1/result/1',
    '/other',
    '/v1/result/1',
    '/other',
  ]);
});

it('the body of a redirect is discarded, however long it is', async () => {
  let isClosed = false;
  await using service = await HttpService.start((_, response) => {
    response.on('close', () => {
      isClosed = true;
    });
    response.writeHead(302, { location: '/other' }).write('x'.repeat(100_000));
  }, completed);
  await clientOf(service.url).getResult('1');
  await vi.waitFor(() => expect(isClosed).toBe(true), { timeout: 10_000 });
});

it.each([300, 304, 305, 306])(
  'a %i is not followed as a redirect, but is a transient failure',
  async (status) => {
    await using service = await HttpService.start(redirect('/other', status));
    const call = clientOf(service.url, { maxRetries: 0 }).getResult('1');
    expect(await refusalOf(call)).toMatchObject({ name: 'ApiError', status, isTransient: true });
    expect(service.requests).toHaveLength(1);
  },
);

it.each([301, 302, 303, 307, 308])(
  'a %i to another origin is never followed, and the error names the origin',
  async (status) => {
    await using other = await HttpService.start(completed);
    await using service = await HttpService.start(redirect(`${other.url}/there?signature=secret`, status));
    const error = await refusalOf(clientOf(service.url).getResult('1'));
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status, isTransient: false, code: null, body: null, retryAfter: null });
    expect(error.message).toBe(
      `Failed to get the result of task 1: the service redirected the request to another origin, ${other.url}/there. Set baseUrl to where the API is.`,
    );
    expect([service.requests.length, other.requests.length]).toEqual([1, 0]);
  },
);

it('a redirect to another origin ends a wait at once', async () => {
  await using other = await HttpService.start(completed);
  await using service = await HttpService.start(processing, redirect(other.url));
  expect(await refusalOf(clientOf(service.url).waitForCompletion('1'))).toMatchObject({ status: 302 });
  expect([service.requests.length, other.requests.length]).toEqual([2, 0]);
});

it('a redirect to another origin is not followed after others either', async () => {
  await using other = await HttpService.start(completed);
  await using service = await HttpService.start(redirect('/a'), redirect('/b'), redirect(other.url));
  expect(await refusalOf(clientOf(service.url).getResult('1'))).toMatchObject({ status: 302 });
  expect([service.requests.length, other.requests.length]).toEqual([3, 0]);
});

it('a redirect to another origin is not followed if there is neither key nor header either', async () => {
  await using other = await HttpService.start(completed);
  await using service = await HttpService.start(redirect(other.url));
  const client = clientOf(service.url, { apiKey: null, headers: {} });
  expect(await refusalOf(client.getResult('1'))).toMatchObject({ status: 302 });
  expect(other.requests).toHaveLength(0);
});

it('another scheme, host or port is another origin', async () => {
  for (const to of ['https://127.0.0.1:PORT/', 'http://localhost:PORT/', 'http://127.0.0.1:1/']) {
    await using service = await HttpService.start();
    const target = to.replace('PORT', String(service.port));
    service.play(redirect(target));
    const { message } = await refusalOf(clientOf(service.url).getResult('1'));
    expect(message).toContain(`to another origin, ${target}.`);
    expect(service.requests).toHaveLength(1);
  }
});

it('a redirect to a URL with a user or a password is not followed, and neither is shown', async () => {
  await using service = await HttpService.start();
  for (const user of ['anne:hunter2', 'anne', ':hunter2']) {
    service.play(redirect(`http://${user}@127.0.0.1:${service.port}/there`));
    const error = await refusalOf(clientOf(service.url).getResult('1'));
    expect(error).toMatchObject({ name: 'ApiError', isTransient: false });
    expect(error.message).toContain(`to a URL with a user name or password in it, ${service.url}/there`);
    expect(error.message).not.toMatch(/anne|hunter2/);
  }
  expect(service.requests).toHaveLength(3);
});

it.each([
  ['no Location', undefined],
  ['a Location that is not a URL', 'http://'],
  ['a Location of another kind', 'ftp://127.0.0.1/file'],
  ['a script', 'javascript:alert(1)'],
])('a redirect with %s is not followed', async (_, location) => {
  await using service = await HttpService.start(redirect(location));
  const error = await refusalOf(clientOf(service.url).getResult('1'));
  expect(error).toMatchObject({ name: 'ApiError', status: 302, isTransient: false });
  expect(error.message).toContain('without a Location header');
  expect(service.requests).toHaveLength(1);
});

const following: typeof fetch = (input, init) => fetch(input, { ...init, redirect: 'follow' });

it('a fetch that follows redirects by itself is believed within the origin', async () => {
  await using service = await HttpService.start(redirect('/other'), completed);
  await expect(clientOf(service.url, { fetch: following }).getResult('1')).resolves.toMatchObject({
    status: 'completed',
  });
});

it('a fetch that follows redirects by itself is not believed when it comes back from elsewhere', async () => {
  await using other = await HttpService.start(completed);
  await using service = await HttpService.start(redirect(`${other.url}/there?signature=secret`));
  const error = await refusalOf(clientOf(service.url, { fetch: following }).getResult('1'));
  expect(error).toMatchObject({ name: 'ApiError', status: 200, isTransient: false });
  expect(error.message).toContain(`to another origin, ${other.url}/there.`);
  // The platform's fetch takes the key off on its way; the headers are its user's doing.
  expect(other.requests[0]?.headers.authorization).toBeUndefined();
});

/** What a browser makes of a redirect, by the mode of the request. */
function browser(page: string, api: string, target: string) {
  vi.stubGlobal('location', { origin: page });
  const inits: (RequestInit | undefined)[] = [];
  const fetch = vi.fn(async (_input: unknown, init?: RequestInit) => {
    inits.push({ ...init });
    if (init?.redirect === 'manual') {
      return Object.defineProperties(new Response(), {
        type: { value: 'opaqueredirect' },
        status: { value: 0 },
      });
    }
    if (init?.mode === 'same-origin' && new URL(target).origin !== page)
      throw new TypeError('Failed to fetch');
    const response = Response.json(task());
    return Object.defineProperties(response, { url: { value: target } });
  });
  const client = (options: VideosClientOptions) =>
    new VideosClient({ baseUrl: api, maxRetries: 0, fetch, ...options });
  return { client, fetch, inits };
}

const PAGE = 'https://app.test';
const API = 'https://api.test';

it('a redirect within the origin of a page is followed, and kept there by the browser', async () => {
  const { client, inits } = browser(PAGE, PAGE, `${PAGE}/other`);
  await client({ apiKey: null, headers: { 'x-team': 'film' } }).getResult('1');
  expect(inits).toMatchObject([
    { redirect: 'manual' },
    { redirect: 'follow', mode: 'same-origin', cache: 'no-store' },
  ]);
});

it('a redirect out of the origin of a page fails', async () => {
  const { client } = browser(PAGE, PAGE, `${API}/other`);
  expect(await failureOf(client({ apiKey: null }).getResult('1'))).toMatchObject({
    name: 'ConnectionError',
  });
});

it('a redirect of another origin is followed in a browser if nothing is confidential', async () => {
  const { client, inits } = browser(PAGE, API, `${API}/other`);
  await client({ apiKey: null }).getResult('1');
  expect(inits).toMatchObject([{ redirect: 'manual' }, { redirect: 'follow', mode: 'cors' }]);
});

it('a redirect of another origin is refused in a browser if a header is confidential', async () => {
  const { client, fetch } = browser(PAGE, API, `${API}/other`);
  const error = await refusalOf(client({ apiKey: null, headers: { 'x-team': 'film' } }).getResult('1'));
  expect(error).toMatchObject({ name: 'ApiError', status: 0, isTransient: false });
  expect(error.message).toContain('to a target that the browser hides');
  expect(fetch).toHaveBeenCalledTimes(1);
});

it('an endless chain of redirects is refused in a browser', async () => {
  const fetch = vi.fn(async () =>
    Object.defineProperties(new Response(), { type: { value: 'opaqueredirect' }, status: { value: 0 } }),
  );
  const client = new VideosClient({ apiKey: null, baseUrl: API, maxRetries: 0, fetch });
  await expect(client.getResult('1')).rejects.toThrow('to a target that the browser hides');
  expect(fetch).toHaveBeenCalledTimes(6);
});

it('a response from a third origin is refused in a browser', async () => {
  const { client } = browser(PAGE, API, 'https://elsewhere.test/there?signature=secret');
  const error = await refusalOf(client({ apiKey: null }).getResult('1'));
  expect(error).toMatchObject({ name: 'ApiError', isTransient: false });
  expect(error.message).toContain('to another origin, https://elsewhere.test/there.');
});

it('the next request in a browser requests the redirect again, since it may have changed', async () => {
  const { client, inits } = browser(PAGE, PAGE, `${PAGE}/other`);
  const one = client({ apiKey: null });
  await one.getResult('1');
  await one.getResult('1');
  expect(inits.map((init) => init?.redirect)).toEqual(['manual', 'follow', 'manual', 'follow']);
});
