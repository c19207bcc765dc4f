import type { IncomingMessage, RequestListener } from 'node:http';
import { createVideosProxy, type VideosProxy, type VideosProxyOptions } from 'videos-client/proxy';
import { serve } from './server.ts';

/** A key with characters that JSON and URLs write in other ways. */
export const KEY = 'sk-secret/key"1';
export const TASK = { id: 'video_1', object: 'video', created: 1, model: 'videos', status: 'queued' };
export const allowAll = () => true;

/** The service, as a real server that notes what reaches it. */
export async function service(answer: RequestListener = reply(200, TASK)) {
  const seen: IncomingMessage[] = [];
  const origin = await serve((req, res) => {
    seen.push(req);
    answer(req, res);
  });
  return { baseUrl: `${origin}/base`, seen };
}

/** A service that answers so, and a proxy in front of it. */
export async function proxied(answer?: RequestListener, options?: Partial<VideosProxyOptions>) {
  const { baseUrl, seen } = await service(answer);
  const proxy = createVideosProxy({ apiKey: KEY, authorize: allowAll, baseUrl, ...options });
  return { proxy, seen };
}

/** What a page asks. */
export function ask(path = '/v1/result/video_1', init?: RequestInit): Request {
  return new Request(`https://app.test${path}`, init);
}

/** Answers so; a body that is a string as it is, anything else as JSON. */
export function reply(status: number, body: unknown, headers: Record<string, string> = {}): RequestListener {
  return (_, res) => {
    res.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  };
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
