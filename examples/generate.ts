// Generate a video in a process that may be killed: the task's id is stored, and the next run resumes the wait.
//   npx tsx examples/generate.ts           (with VIDEOS_API_KEY set, the service bills one video)
import { readFile, rm, writeFile } from 'node:fs/promises';
import { isVideosError, type Video, VideosClient } from 'videos-client';
import { saveVideo } from 'videos-client/node';
import { createVideosEmulator } from 'videos-client/testing';

const FILE = 'generate.json';
const request = { model: 'videos', prompt: 'A cat on a skateboard', duration: 5 };

// The emulator of this run does not know the task of an earlier one: it takes any id.
const emulator = createVideosEmulator({ onUnknownId: () => ({ after: { polls: 2 } }) });
emulator.onCreate(() => ({ after: { polls: 6 } }));
await using server = process.env.VIDEOS_API_KEY ? null : await emulator.listen();
if (server) console.log(`No VIDEOS_API_KEY: using a local emulator at ${server.baseUrl}`);
const fast = {
  apiKey: 'test-key',
  baseUrl: server?.baseUrl,
  polling: { minInterval: 200, maxInterval: 500 },
};
const client = new VideosClient(server ? fast : {});

/** What the file says: that a task is about to be created (`id` is null), or which one was. */
const store = (id: string | null) => writeFile(FILE, JSON.stringify({ id }));
const stored: { id: string | null } | null = await readFile(FILE, 'utf8').then(JSON.parse, () => null);
const onUpdate = ({ id, status }: Video) => console.log(`${id} is ${status}`);

async function generate() {
  await store(null);
  return client.generate(request, { onCreated: ({ id }) => store(id), onUpdate });
}

async function main() {
  if (stored?.id === null) {
    throw new Error(
      `An earlier run ended while it created a task: look for it in your account, then delete ${FILE}.`,
    );
  }
  if (stored) console.log(`Resuming ${stored.id}`);
  const video = await (stored ? client.waitForCompletion(stored.id, { onUpdate }) : generate());
  const { path } = await saveVideo(client, video, './', { ifExists: 'keep' });
  console.log(`Saved ${path}`);
  await rm(FILE);
}

await main().catch(async (error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
  // There is nothing to resume: no task was created, or it has failed.
  const isOver = isVideosError(error) && (error.taskId === null || error.name === 'VideoFailedError');
  if (isOver && error.name !== 'OutcomeUnknownError') await rm(FILE);
});
