// A proxy in front of a service, and what a page sends to it.
import { createVideosProxy, type VideosProxyOptions } from 'videos-client/proxy';
import { type Step, startHttpService } from './http-service.ts';

/** A key with characters that JSON and URLs write in other ways. */
export const KEY = 'sk-secret/key"1';
export const TASK = { id: 'video_1', object: 'video', created: 1, model: 'videos', status: 'queued' };
export const allowAll = () => true;

/** A service that plays this step, and a proxy in front of it. */
export async function proxied(step: Step = TASK, options?: Partial<VideosProxyOptions>) {
  const { url, requests } = await startHttpService(step);
  const proxy = createVideosProxy({ apiKey: KEY, authorize: allowAll, baseUrl: `${url}/base`, ...options });
  return { proxy, seen: requests };
}

/** A request of a page. */
export function pageRequest(path = '/v1/result/video_1', init?: RequestInit): Request {
  return new Request(`https://app.test${path}`, init);
}
