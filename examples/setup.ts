// Shared by the examples: the real service where VIDEOS_API_KEY is set, else a local emulator.
import { VideosClient } from 'videos-client';
import { createVideosEmulator, type EmulatedTaskOptions } from 'videos-client/testing';

/** A client and a task. `await using setup = await setUp(…)` closes the emulator at the end. */
export interface Setup extends AsyncDisposable {
  client: VideosClient;
  /** The task's id: the first argument of the command line, or the emulator's first task. */
  id: string;
}

/** @param tasks - The tasks of the emulator; the first one takes the id of the command line. */
export async function setUp(...tasks: EmulatedTaskOptions[]): Promise<Setup> {
  const id = process.argv[2];
  if (process.env.VIDEOS_API_KEY) {
    if (id !== undefined) return { client: new VideosClient(), id, [Symbol.asyncDispose]: async () => {} };
    console.error('Which task? Pass its id as the argument.');
    process.exit(2);
  }
  const emulator = createVideosEmulator();
  const [first] = tasks.map((task, i) =>
    emulator.addTask(i === 0 && id !== undefined ? { ...task, id } : task),
  );
  const server = await emulator.listen();
  console.log(`No VIDEOS_API_KEY: using a local emulator at ${server.baseUrl}`);
  const client = new VideosClient({
    apiKey: 'test-key',
    baseUrl: server.baseUrl,
    polling: { minInterval: 500, maxInterval: 1_000 },
  });
  return { client, id: first?.id ?? '', [Symbol.asyncDispose]: () => server.close() };
}
