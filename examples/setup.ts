// Shared by the examples: the real service if VIDEOS_API_KEY is set, else a local emulator.
import { VideosClient } from 'videos-client';
import { createVideosEmulator, type EmulatedTaskOptions } from 'videos-client/testing';

/** A client. `await using connection = await connect(…)` closes the emulator at the end. */
export interface Connection extends AsyncDisposable {
  client: VideosClient;
}

/** A client, and a task to wait for. */
export interface Setup extends Connection {
  /** The task's id: the first argument of the command line, or the emulator's first task. */
  id: string;
}

/** @param tasks - The tasks of the emulator. */
export async function connect(...tasks: EmulatedTaskOptions[]): Promise<Connection> {
  if (process.env.VIDEOS_API_KEY) {
    return { client: new VideosClient(), [Symbol.asyncDispose]: async () => {} };
  }
  const emulator = createVideosEmulator();
  for (const task of tasks) emulator.addTask(task);
  const server = await emulator.listen();
  console.log(`No VIDEOS_API_KEY: using a local emulator at ${server.baseUrl}`);
  const client = new VideosClient({
    apiKey: 'test-key',
    baseUrl: server.baseUrl,
    polling: { minInterval: 500, maxInterval: 1_000 },
  });
  return { client, [Symbol.asyncDispose]: () => server.close() };
}

/** @param tasks - The tasks of the emulator; the first one takes the id of the command line. */
export async function setUp(...tasks: [EmulatedTaskOptions, ...EmulatedTaskOptions[]]): Promise<Setup> {
  const given = process.argv[2];
  if (process.env.VIDEOS_API_KEY && given === undefined) {
    console.error('Which task? Pass its id as the argument.');
    process.exit(2);
  }
  const [first, ...others] = tasks;
  const id = given ?? first.id ?? 'video_1234567890';
  return { id, ...(await connect({ ...first, id }, ...others)) };
}
