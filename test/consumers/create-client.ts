// One create, and what became of it, wherever it runs: nothing here but the package's public names and the web's own.
import { isVideosError, VideosClient } from 'videos-client';

/** How a create is made. Plain JSON: it is sent to other runtimes. */
export interface CreateSetup {
  baseUrl: string;
  /** What the key function returns, call by call; without it, the key is a string. */
  keys?: string[];
  maxRetries?: number;
  timeout?: number;
  /** Requests that are made before, one after another: they leave an open connection, or a pause. */
  results?: number;
  /** Whether a request that gets no response has the only place. */
  isCrowded?: boolean;
  /** When the create is aborted, in milliseconds: 0 for before it begins. */
  abortAfter?: number;
}

/** What became of it. */
export interface CreateOutcome {
  /** `created video_1`, the name of the error, or `aborted`. */
  result: string;
  isTransient: boolean | null;
  /** The name of the error's cause. */
  cause: string | null;
  message: string;
  /** Calls of `fetch` with a POST. */
  fetches: number;
}

const REQUEST = { model: 'videos', prompt: 'A cat on a skateboard', duration: 5 };

/** A create that takes longer than this never ends. */
const LIMIT = 60_000;

export async function runCreate(setup: CreateSetup): Promise<CreateOutcome> {
  const { baseUrl, keys, maxRetries = 1, timeout = 30_000, results = 0, isCrowded, abortAfter } = setup;
  let fetches = 0;
  let calls = 0;
  const client = new VideosClient({
    apiKey: keys ? () => keys[calls++] ?? 'key' : 'test-key-1',
    baseUrl,
    maxRetries,
    maxConcurrency: isCrowded ? 1 : 16,
    fetch: (url, init) => {
      if (init?.method === 'POST') fetches++;
      return fetch(url, init);
    },
  });
  const stop = new AbortController();
  const crowd = new AbortController();
  const reason = new Error('enough');
  for (let i = 0; i < results; i++) await client.getResult('video_0', { maxRetries: 0 }).catch(() => {});
  // A runtime takes a connection back into its pool a little after the response has ended.
  if (results > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  if (isCrowded) client.getResult('video_0', { signal: crowd.signal }).catch(() => {});
  if (abortAfter === 0) stop.abort(reason);
  const timer = setTimeout(() => stop.abort(reason), abortAfter ?? LIMIT);

  const startedAt = Date.now();
  try {
    const video = await client.create(REQUEST, { timeout, signal: stop.signal });
    const result = `created ${video.id}, ${video.status}`;
    return { result, isTransient: null, cause: null, message: '', fetches };
  } catch (error) {
    if (error === reason) return { result: 'aborted', isTransient: null, cause: null, message: '', fetches };
    if (!isVideosError(error)) throw error;
    const { name, isTransient, message, cause, taskId } = error;
    const causeName = isVideosError(cause) ? cause.name : null;
    if (taskId !== null) throw new Error(`there is no task, but taskId is ${taskId}`);
    if (error.name === 'OutcomeUnknownError' && !(error.sentAt >= startedAt && error.sentAt <= Date.now())) {
      throw new Error(`sentAt is ${error.sentAt}`);
    }
    return { result: name, isTransient, cause: causeName, message, fetches };
  } finally {
    clearTimeout(timer);
    crowd.abort();
  }
}
