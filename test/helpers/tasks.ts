import { VideosClient, type VideosClientOptions } from 'videos-client';

/** What a task is, so many milliseconds after the service was first asked about it. */
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

/** A service with many tasks, each of which takes its course; it notes every poll. */
export function host(courseOf: (id: string) => Course, { latency = 0 } = {}) {
  const start = performance.now();
  const polls: { id: string; time: number }[] = [];
  const firstAsked = new Map<string, number>();
  let inFlight = 0;
  let maxInFlight = 0;

  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { url, signal } = new Request(input, init);
    signal.throwIfAborted();
    const id = decodeURIComponent(url.slice(url.lastIndexOf('/') + 1));
    const now = performance.now();
    polls.push({ id, time: now - start });
    const asked = firstAsked.get(id) ?? now;
    firstAsked.set(id, asked);
    maxInFlight = Math.max(maxInFlight, ++inFlight);
    if (latency > 0) await new Promise((resolve) => setTimeout(resolve, latency));
    inFlight--;
    signal.throwIfAborted();
    const answer = courseOf(id)(now - asked, id);
    return answer instanceof Response ? answer : Response.json(answer);
  };

  return {
    polls,
    client: (options?: VideosClientOptions) => new VideosClient({ apiKey: 'test-key', fetch, ...options }),
    timesOf: (id: string) => polls.filter((poll) => poll.id === id).map(({ time }) => time),
    get maxInFlight() {
      return maxInFlight;
    },
  };
}
