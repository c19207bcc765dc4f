// What every consumer runs: only the package's public names and the web's own.
import {
  AuthenticationError,
  isVideosError,
  NotFoundError,
  parseVideo,
  pollIntervals,
  VideoFailedError,
  VideosClient,
  VideosError,
  videoSchema,
  WaitTimeoutError,
} from 'videos-client';
import { createVideosProxy } from 'videos-client/proxy';
import { buildVideo, createVideosEmulator, sampleVideo } from 'videos-client/testing';

/** What a consumer knows about the runtime it runs in. */
export interface Surroundings {
  /** Whether any visitor of the page could read the key. */
  isBrowser?: boolean;
  /**
   * A service where every task completes, for runtimes in which the emulator cannot listen; in a browser, a proxy
   * before it.
   */
  baseUrl?: string;
  /** The package again: its other format, or installed a second time. */
  otherCopies: readonly typeof import('videos-client')[];
}

/** @throws if something is not as it should be. */
export type Check = (surroundings: Surroundings) => unknown;

/** The result: each check by its title. */
export interface Report {
  passed: string[];
  failed: { title: string; reason: string }[];
}

function equal(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`got ${a} where ${b} was expected`);
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not reject');
}

function setUp() {
  const emulator = createVideosEmulator();
  const client = new VideosClient({
    // A function, because a string is refused in a browser.
    apiKey: () => 'test-key',
    fetch: emulator.fetch,
    polling: { minInterval: 1, maxInterval: 1 },
  });
  return { emulator, client };
}

/** The service over HTTP: the one that was given, or one that is opened for as long as `use` runs. */
async function withService(
  given: string | undefined,
  use: (baseUrl: string) => Promise<void>,
): Promise<void> {
  if (given !== undefined) return use(given);
  const emulator = createVideosEmulator({ onUnknownId: () => ({ after: { polls: 2 } }) });
  const server = await emulator.listen();
  try {
    await use(server.baseUrl);
  } finally {
    await server.close();
  }
}

async function equalSample(response: Response): Promise<void> {
  const bytes = new Uint8Array(await (await response.blob()).arrayBuffer());
  equal([response.headers.get('content-type'), bytes.length], ['video/mp4', sampleVideo().length]);
  equal(bytes, sampleVideo());
}

const checks: Record<string, Check> = {
  async 'waits until a task is completed'() {
    const { emulator, client } = setUp();
    const { id } = emulator.addTask();
    const video = await client.waitForCompletion(id);
    equal([video.id, video.status, video.actualDuration], [id, 'completed', 5]);
    equal(new URL(video.video_url).pathname, `/${id}.mp4`);
  },

  async 'yields every poll of a watch'() {
    const { emulator, client } = setUp();
    const { id } = emulator.addTask();
    const statuses: string[] = [];
    for await (const { status } of client.watch(id)) statuses.push(status);
    equal(statuses, ['queued', 'processing', 'completed']);
  },

  async 'tolerates a broken connection and a 503'() {
    const { emulator, client } = setUp();
    const { id } = emulator.addTask({ after: { polls: 1 } });
    emulator.fail({ with: 'reset' });
    emulator.fail({ with: { status: 503, retryAfter: 0 } });
    equal((await client.getResult(id)).status, 'completed');
    equal(emulator.requests.length, 3);
  },

  async 'downloads a video whole, though the connection breaks'() {
    const { emulator, client } = setUp();
    const { id } = emulator.addTask({ after: { polls: 1 } });
    emulator.fail({ on: 'video', with: 'truncated' });
    await equalSample(await client.download(id));
  },

  async 'uses real servers with the fetch of the runtime'({ baseUrl, isBrowser }) {
    await withService(baseUrl, async (url) => {
      const polling = { minInterval: 1, maxInterval: 1 };
      const client = new VideosClient({ apiKey: isBrowser ? null : 'test-key', baseUrl: url, polling });
      await equalSample(await client.download(await client.waitForCompletion('video_1234567890')));
    });
  },

  async 'sees a scripted fault on a real connection exactly once'({ baseUrl }) {
    // Where the emulator cannot listen, there is no real connection to break.
    if (baseUrl !== undefined) return;
    const emulator = createVideosEmulator();
    const server = await emulator.listen();
    try {
      const { id } = emulator.addTask();
      const client = new VideosClient({ apiKey: 'test-key', baseUrl: server.baseUrl, maxRetries: 0 });
      await client.getResult(id);
      emulator.fail({ with: 'reset' });
      const error = await rejection(client.getResult(id));
      equal([isVideosError(error) && error.name, emulator.requests.length], ['ConnectionError', 2]);
      equal((await client.getResult(id)).status, 'processing');
    } finally {
      await server.close();
    }
  },

  async 'gets a result through a proxy, which decides who may see what'() {
    const { emulator } = setUp();
    const { id } = emulator.addTask({ after: { polls: 1 } });
    const proxy = createVideosProxy({
      apiKey: () => 'test-key',
      authorize: (_request, requested) => requested === id,
      fetch: emulator.fetch,
    });
    const client = new VideosClient({
      apiKey: null,
      baseUrl: 'https://app.example.com/videos',
      fetch: (input, init) => proxy(new Request(input, init)),
    });
    equal((await client.getResult(id)).status, 'completed');
    const error = await rejection(client.getResult('video_of_another'));
    equal([error instanceof AuthenticationError, emulator.requests.length], [true, 1]);
  },

  async 'stops at once in the middle of a pause, with the reason of the abort'() {
    const { emulator, client } = setUp();
    const { id } = emulator.addTask({ after: { polls: Infinity } });
    const stop = new AbortController();
    const reason = new Error('enough');
    const wait = client.waitForCompletion(id, {
      // So long that a timer which is left behind keeps the program from ending.
      minInterval: 3_600_000,
      signal: stop.signal,
      onUpdate: () => void setTimeout(() => stop.abort(reason)),
    });
    const error = await rejection(wait);
    if (error !== reason) throw error;
    equal(emulator.requests.length, 1);
  },

  async 'rejects with an error of the right class and name'() {
    const { emulator, client } = setUp();
    const failing = emulator.addTask({ outcome: 'failed', error: 'refused', after: { polls: 1 } });
    const endless = emulator.addTask({ after: { polls: Infinity } });
    const stranger = new VideosClient({ apiKey: () => 'another-key', fetch: emulator.fetch });
    const cases = [
      [client.getResult('video_unknown'), NotFoundError, 'NotFoundError'],
      [stranger.getResult(failing.id), AuthenticationError, 'AuthenticationError'],
      [client.waitForCompletion(failing.id), VideoFailedError, 'VideoFailedError'],
      [client.waitForCompletion(endless.id, { maxWait: 0 }), WaitTimeoutError, 'WaitTimeoutError'],
    ] as const;
    for (const [promise, type, name] of cases) {
      const error = await rejection(promise);
      if (!isVideosError(error)) throw error;
      equal([error.name, error instanceof type, error instanceof VideosError], [name, true, true]);
    }
  },

  async 'knows the errors of other copies of the package, and they know its own'({ otherCopies }) {
    for (const copy of otherCopies) {
      const { emulator, client } = setUp();
      const other = new copy.VideosClient({ apiKey: () => 'test-key', fetch: emulator.fetch });
      const mine = await rejection(client.getResult('video_unknown'));
      const theirs = await rejection(other.getResult('video_unknown'));
      equal([copy.isVideosError(mine), isVideosError(theirs)], [true, true]);
      if (isVideosError(theirs)) equal(theirs.name, 'NotFoundError');
      equal([theirs instanceof NotFoundError, mine instanceof copy.NotFoundError], [false, false]);
    }
  },

  'refuses a key in a browser, and takes it elsewhere'({ isBrowser = false }) {
    let isRefused = false;
    try {
      new VideosClient({ apiKey: 'test-key' });
    } catch (error) {
      isRefused = error instanceof TypeError;
    }
    equal(isRefused, isBrowser);
    new VideosClient({ apiKey: 'test-key', dangerouslyAllowBrowser: true });
  },

  'reads a stored task'() {
    const video = buildVideo({ status: 'processing' });
    equal(parseVideo(JSON.parse(JSON.stringify(video))).status, 'processing');
    equal(videoSchema['~standard'].version, 1);
  },

  'yields the pauses'() {
    const pauses = pollIntervals({ jitter: false });
    equal([pauses.next().value, pauses.next().value, pauses.next().value], [30_000, 45_000, 60_000]);
  },
};

/** Runs checks, one after the other. */
export async function runChecks(checks: Record<string, Check>, surroundings: Surroundings): Promise<Report> {
  const report: Report = { passed: [], failed: [] };
  for (const [title, check] of Object.entries(checks)) {
    try {
      await check(surroundings);
      report.passed.push(title);
    } catch (error) {
      report.failed.push({ title, reason: String((error as Error).stack ?? error) });
    }
  }
  return report;
}

/** Runs every check of the conformance; and more, if the runtime has more. */
export function conform(surroundings: Surroundings, more: Record<string, Check> = {}): Promise<Report> {
  return runChecks({ ...checks, ...more }, surroundings);
}
