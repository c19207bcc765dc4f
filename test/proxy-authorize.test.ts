import { setImmediate } from 'node:timers/promises';
import { createVideosProxy } from 'videos-client/proxy';
import { expect, it, vi } from 'vitest';
import { KEY, pageRequest, proxied } from './helpers/proxied.ts';

it('the proxy calls authorize before anything is sent, with the request, the id and its own second argument', async () => {
  const order: string[] = [];
  const authorize = vi.fn(async (_request: Request, _id: string, _context: string) => {
    await setImmediate();
    return order.push('authorized') > 0;
  });
  const fetch = async () => {
    order.push('sent');
    return Response.json({});
  };
  const request = pageRequest();
  await createVideosProxy({ apiKey: KEY, authorize, fetch })(request, 'context');

  expect(authorize).toHaveBeenCalledWith(request, 'video_1', 'context');
  expect(order).toEqual(['authorized', 'sent']);
});

it.each([
  ['false', false],
  ['nothing', undefined],
  ['an object', { user: 1 }],
  ['the string "true"', 'true'],
])('the proxy refuses the request with 403 when authorize returns %s', async (_, result) => {
  const { proxy, seen } = await proxied(undefined, { authorize: async () => result as boolean });
  const response = await proxy(pageRequest());

  expect(response.status).toBe(403);
  expect(await response.json()).toEqual({ message: 'You may not see this task.' });
  expect(seen).toEqual([]);
});

it.each([
  [
    'throws',
    () => {
      throw new Error('db password');
    },
  ],
  ['rejects', () => Promise.reject(new Error('db password'))],
])(
  'the proxy refuses the request with 500 when authorize %s, with the reason for onError alone',
  async (_, authorize) => {
    const onError = vi.fn();
    const { proxy, seen } = await proxied(undefined, { authorize, onError });
    const response = await proxy(pageRequest());

    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('db password');
    expect(seen).toEqual([]);
    expect(onError.mock.calls[0]?.[0]).toMatchObject({ cause: { message: 'db password' } });
  },
);

it('the proxy responds with the Response that authorize returns', async () => {
  const authorize = () => Response.redirect('https://app.test/login', 302);
  const { proxy, seen } = await proxied(undefined, { authorize });
  const response = await proxy(pageRequest());

  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe('https://app.test/login');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(seen).toEqual([]);
});
