import { HttpResponse, http } from 'msw';
import { setupServer } from 'msw/node';
import { type ApiError, type Video, VideosClient } from 'videos-client';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { failureOf, ID } from './service.ts';

const service = setupServer();
beforeAll(() => service.listen({ onUnhandledRequest: 'error' }));
afterEach(() => service.resetHandlers());
afterAll(() => service.close());

const BASE = 'https://zcbservice.aizfw.cn/kyyReactApiServer';
const client = new VideosClient({ apiKey: 'test-key', baseUrl: BASE, maxRetries: 0 });

/** One look at a task to which the service answers with this body. */
export function look(body: unknown, init?: ResponseInit): Promise<Video> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  service.use(http.get(`${BASE}/v1/result/:id`, () => new HttpResponse(text, init)));
  return client.getResult(ID);
}
/** What that look rejects with. */
export const errorOf = (body: unknown, init?: ResponseInit) =>
  failureOf(look(body, init)) as Promise<ApiError>;
