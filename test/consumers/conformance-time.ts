// What test runners with fake timers run: the time of a wait is theirs.
import { VideosClient, WaitTimeoutError } from 'videos-client';
import { createVideosEmulator } from 'videos-client/testing';

const MINUTE = 60_000;

function equal(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`got ${a} where ${b} was expected`);
}

function setUp() {
  const emulator = createVideosEmulator();
  const client = new VideosClient({ apiKey: 'test-key', fetch: emulator.fetch, polling: { jitter: false } });
  return { emulator, client };
}

/** The state of a promise once the fake time has passed. @throws if it is still pending. */
async function settled<T>(promise: Promise<T>, pass: Promise<void>): Promise<T> {
  // Handled here, so that a rejection while the time passes is not an unhandled one.
  promise.catch(() => {});
  const pending = Symbol('pending');
  await pass;
  const result = await Promise.race([promise, Promise.resolve().then(() => pending)]);
  if (result === pending) throw new Error('it is still pending');
  return result as T;
}

/** @param advance Moves the fake time on, and lets what is due by then happen. */
export function timeChecks(advance: (ms: number) => Promise<void>) {
  return {
    async 'a wait polls at its intervals under fake timers'() {
      const { emulator, client } = setUp();
      const { id } = emulator.addTask({ after: { polls: 3 } });
      const wait = client.waitForCompletion(id);
      wait.catch(() => {});
      await advance(29_000);
      equal(emulator.requests.length, 1);
      await advance(2_000);
      equal(emulator.requests.length, 2);
      equal((await settled(wait, advance(46_000))).status, 'completed');
      equal(emulator.requests.length, 3);
    },

    async 'a wait times out under fake timers'() {
      const { emulator, client } = setUp();
      const { id } = emulator.addTask({ after: { polls: Infinity } });
      const wait = client.waitForCompletion(id, { maxWait: 10 * MINUTE }).catch((error) => error);
      const error = await settled(wait, advance(11 * MINUTE));
      equal(error instanceof WaitTimeoutError, true);
    },

    async 'waitForAll polls and ends under fake timers'() {
      const { emulator, client } = setUp();
      const ids = [1, 2, 3].map((polls) => emulator.addTask({ after: { polls } }).id);
      const outcomes = (async () => {
        const statuses: string[] = [];
        for await (const { status } of client.waitForAll(ids)) statuses.push(status);
        return statuses;
      })();
      equal(await settled(outcomes, advance(5 * MINUTE)), ['fulfilled', 'fulfilled', 'fulfilled']);
    },

    async 'a rate-limit pause ends under fake timers'() {
      const { emulator, client } = setUp();
      const { id } = emulator.addTask({ after: { polls: 1 } });
      emulator.fail({ with: { status: 429, retryAfter: 30 } });
      const result = client.getResult(id);
      result.catch(() => {});
      await advance(29_000);
      equal(emulator.requests.length, 1);
      equal((await settled(result, advance(2_000))).status, 'completed');
    },

    async 'a task that ends by time ends under fake timers'() {
      const { emulator, client } = setUp();
      const { id } = emulator.addTask({ after: { ms: 5 * MINUTE } });
      const wait = client.waitForCompletion(id);
      equal((await settled(wait, advance(7 * MINUTE))).status, 'completed');
    },
  };
}
