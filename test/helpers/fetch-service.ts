// The service as a `fetch` function: no sockets, so that fake timers control all of its time.
import { STATUS_CODES } from 'node:http';
import { type ApiError, type Video, VideosClient, type VideosClientOptions } from 'videos-client';
import { failureOf } from './failure-of.ts';
import { ID } from './task.ts';

/** A JSON value to respond with, or a function that responds. */
export type Step = Record<string, unknown> | ((request: Request) => Response | Promise<Response>);

/** Never responds, and rejects when the request is aborted, as a fetch does. */
export const hang = ({ signal }: Request) =>
  new Promise<Response>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

/** A service that plays the steps in order, repeats the last one, and records its requests. */
export function play(...steps: Step[]) {
  const start = performance.now();
  const requests: Request[] = [];
  /** When each request came, in milliseconds since the start. */
  const times: number[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    times.push(performance.now() - start);
    requests.push(request);
    const step = steps[Math.min(requests.length, steps.length) - 1];
    return typeof step === 'function' ? step(request) : Response.json(step);
  };
  const client = (options?: VideosClientOptions) =>
    new VideosClient({ apiKey: 'test-key', fetch, ...options });
  return { fetch, requests, times, client };
}

/** Gets one result from a service that responds with this body: JSON, or a string as it is. */
export function resultOf(body: unknown, init: ResponseInit = {}): Promise<Video> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const statusText = STATUS_CODES[init.status ?? 200] ?? '';
  return play(() => new Response(text, { statusText, ...init }))
    .client({ maxRetries: 0 })
    .getResult(ID);
}

/** What getting that result rejects with. */
export function errorOf(body: unknown, init?: ResponseInit): Promise<ApiError> {
  return failureOf(resultOf(body, init));
}

/** What a task responds with, so many milliseconds after its first request. */
type Course = (age: number, id: string) => Record<string, unknown> | Response;

/** A task that completes at this age. */
export const completesAfter =
  (ms: number): Course =>
  (age, id) =>
    age >= ms
      ? { id, status: 'completed', video_url: `https://cdn.example.com/${id}.mp4` }
      : { id, status: 'processing' };

/** A task that fails at this age. */
export const failsAfter =
  (ms: number): Course =>
  (age, id) =>
    age >= ms ? { id, status: 'failed', error: 'refused' } : { id, status: 'processing' };

/** A service with many tasks, each of which takes its course; it records every poll. */
export function playTasks(courseOf: (id: string) => Course, { latency = 0 } = {}) {
  const polls: { id: string; time: number }[] = [];
  const firstRequested = new Map<string, number>();
  let inFlight = 0;
  let maxInFlight = 0;

  const service = play(async ({ url, signal }) => {
    signal.throwIfAborted();
    const id = decodeURIComponent(url.slice(url.lastIndexOf('/') + 1));
    const time = service.times.at(-1) ?? 0;
    polls.push({ id, time });
    const first = firstRequested.get(id) ?? time;
    firstRequested.set(id, first);
    maxInFlight = Math.max(maxInFlight, ++inFlight);
    if (latency > 0) await new Promise((resolve) => setTimeout(resolve, latency));
    inFlight--;
    signal.throwIfAborted();
    const body = courseOf(id)(time - first, id);
    return body instanceof Response ? body : Response.json(body);
  });

  return {
    polls,
    client: service.client,
    timesOf: (id: string) => polls.filter((poll) => poll.id === id).map(({ time }) => time),
    get maxInFlight() {
      return maxInFlight;
    },
  };
}
