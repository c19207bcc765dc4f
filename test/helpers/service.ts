import { VideosClient, type VideosClientOptions } from 'videos-client';

export const ID = 'video_1234567890';

/** A task as the service's documentation shows it, with other fields where a test needs them. */
export function task(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: ID,
    object: 'video',
    created: 1761635478,
    model: 'videos',
    status: 'processing',
    video_url: null,
    error: null,
    ...fields,
  };
}

export const queued = task({ status: 'queued' });
export const processing = task();
export const completed = task({
  status: 'completed',
  video_url: 'https://cdn.example.com/video_1234567890.mp4',
  actualDuration: 5,
});
export const failed = task({
  status: 'failed',
  error: 'Reference video exceeds maximum total duration of 15 seconds.',
});

/** A JSON value to answer with, or a function that answers. */
export type Step = Record<string, unknown> | ((request: Request) => Response | Promise<Response>);

/** Never answers, and ends with the request's signal, as a fetch does. */
export const hang = ({ signal }: Request) =>
  new Promise<Response>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

/** A service that plays the steps in order, the last one for ever, and notes what it was asked and when. */
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

/** What a promise rejects with; to be called before the clock moves, so that no rejection goes unseen. */
export function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`Expected a rejection, got ${JSON.stringify(value)}`);
    },
    (reason) => reason,
  );
}
