// Fetches of other libraries, in place of the platform's.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import nodeFetch from 'node-fetch';
import nodeFetch2 from 'node-fetch-2';
import { Agent, fetch as undiciFetch } from 'undici';
import { ApiError, VideosClient } from 'videos-client';
import { saveVideo } from 'videos-client/node';
import { createVideosEmulator, sampleVideo } from 'videos-client/testing';
import { runChecks } from './conformance.mjs';

const dispatcher = new Agent();
const FETCHES = {
  'node-fetch 3': nodeFetch,
  'node-fetch 2': nodeFetch2,
  "undici's fetch": undiciFetch,
  "undici's fetch with a dispatcher": (url, init) => undiciFetch(url, { ...init, dispatcher }),
};

function equal(actual, expected) {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`got ${a} where ${b} was expected`);
}

const rejection = (promise) =>
  promise.then(
    () => Promise.reject(new Error('it did not reject')),
    (reason) => reason,
  );

async function withService(fetch, use) {
  const emulator = createVideosEmulator();
  const server = await emulator.listen();
  const polling = { minInterval: 1, maxInterval: 1 };
  // node-fetch 2 does not report a body that is cut off: the time limit does.
  const timeout = 1_000;
  const client = new VideosClient({ apiKey: 'test-key', baseUrl: server.baseUrl, fetch, polling, timeout });
  try {
    await use(client, emulator);
  } finally {
    await server.close();
  }
}

const checksOf = (name, fetch) => ({
  [`${name}: a wait, with faults that pass`]: () =>
    withService(fetch, async (client, emulator) => {
      const { id } = emulator.addTask();
      emulator.fail({ with: 'reset' });
      emulator.fail({ with: { status: 503, retryAfter: 0 } });
      emulator.fail({ with: 'truncated' });
      equal((await client.waitForCompletion(id)).status, 'completed');
      equal(emulator.requests.length, 6);
    }),

  [`${name}: an error with the words of the service`]: () =>
    withService(fetch, async (client) => {
      const error = await rejection(client.getResult('video_unknown'));
      equal([error instanceof ApiError, error.status], [true, 404]);
      if (!error.message.includes('The task does not exist.')) throw error;
    }),

  [`${name}: a download that resumes`]: () =>
    withService(fetch, async (client, emulator) => {
      const { id } = emulator.addTask({ after: { polls: 1 } });
      emulator.fail({ on: 'video', with: 'truncated' });
      const response = await client.download(id);
      equal(Buffer.from(await response.arrayBuffer()).equals(sampleVideo()), true);
    }),

  [`${name}: a saved video`]: () =>
    withService(fetch, async (client, emulator) => {
      const { id } = emulator.addTask({ after: { polls: 1 } });
      const folder = await mkdtemp(join('.', 'saved-'));
      try {
        const { path } = await saveVideo(client, id, join(folder, 'video.mp4'));
        equal((await readFile(path)).equals(sampleVideo()), true);
      } finally {
        await rm(folder, { recursive: true });
      }
    }),

  [`${name}: an abort with its reason, and a time limit`]: () =>
    withService(fetch, async (client, emulator) => {
      const { id } = emulator.addTask();
      emulator.fail({ times: 2, with: 'timeout' });
      const stop = new AbortController();
      const reason = new Error('enough');
      const wait = rejection(client.getResult(id, { signal: stop.signal }));
      while (emulator.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      stop.abort(reason);
      equal((await wait) === reason, true);
      const error = await rejection(client.getResult(id, { timeout: 50, maxRetries: 0 }));
      equal(error.name, 'RequestTimeoutError');
    }),
});

const checks = Object.entries(FETCHES).map(([name, fetch]) => checksOf(name, fetch));
console.log(JSON.stringify(await runChecks(Object.assign({}, ...checks), { otherCopies: [] })));
await dispatcher.close();
