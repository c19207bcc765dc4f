// A proxy in front of a service, and what a page sends to it.
import type { RequestListener } from 'node:http';
import { createVideosProxy, type VideosProxy, type VideosProxyOptions } from 'videos-client/proxy';
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

/** What a page asks. */
export function ask(path = '/v1/result/video_1', init?: RequestInit): Request {
  return new Request(`https://app.test${path}`, init);
}

/** Answers with the proxy, as the README shows it for `node:http`. */
export function handler(proxy: VideosProxy): RequestListener {
  return async (req, res) => {
    const gone = new AbortController();
    res.once('close', () => gone.abort());
    try {
      const headers = req.headers as Record<string, string>;
      const init = { method: req.method ?? 'GET', headers, signal: gone.signal };
      const answer = await proxy(new Request(new URL(req.url ?? '', 'http://localhost'), init));
      const body = await answer.text();
      res.writeHead(answer.status, [...answer.headers].flat()).end(body);
    } catch {
      res.writeHead(400).end();
    }
  };
}
