import { expect, it, vi } from 'vitest';
import { pageRequest, proxied } from './helpers/proxied.ts';

const origins = ['https://app.example.com', 'http://localhost:5173', 'capacitor://localhost'];
const from = (origin: string, init?: RequestInit) =>
  pageRequest(undefined, { ...init, headers: { ...init?.headers, origin } });

it('pages of other origins may read every response, errors included, if their origin is listed', async () => {
  const { proxy } = await proxied(undefined, { origins });
  for (const request of [from('capacitor://localhost'), from('capacitor://localhost', { method: 'POST' })]) {
    const { headers } = await proxy(request);

    expect(headers.get('access-control-allow-origin')).toBe('capacitor://localhost');
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-expose-headers')).toBe('retry-after, x-request-id');
    expect(headers.get('vary')).toBe('Origin');
  }
});

it.each(['https://evil.example', 'https://app.example.com.evil.example', 'http://app.example.com', 'null'])(
  'pages of other origins may read nothing if their origin is not listed: %s',
  async (origin) => {
    const { proxy } = await proxied(undefined, { origins });
    const { headers } = await proxy(from(origin));

    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    expect(headers.get('vary')).toBe('Origin');
  },
);

it('pages of other origins get a response to a preflight request without authorize and without the service', async () => {
  const authorize = vi.fn(() => false);
  const { proxy, seen } = await proxied(undefined, { origins, authorize });
  const headers = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-csrf' };
  const response = await proxy(from('http://localhost:5173', { method: 'OPTIONS', headers }));

  expect(response.status).toBe(204);
  expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
  expect(response.headers.get('access-control-allow-methods')).toBe('GET');
  expect(response.headers.get('access-control-allow-headers')).toBe('x-csrf');
  expect(authorize).not.toHaveBeenCalled();
  expect(seen).toEqual([]);

  const refused = await proxy(from('https://evil.example', { method: 'OPTIONS', headers }));
  expect(refused.headers.has('access-control-allow-origin')).toBe(false);
});

it('pages of other origins may read nothing if there is no list', async () => {
  const { proxy } = await proxied();
  const { headers } = await proxy(from('https://app.example.com'));

  expect(headers.has('access-control-allow-origin')).toBe(false);
  expect(headers.has('vary')).toBe(false);
});
