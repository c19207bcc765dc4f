// Shared by the examples: the real service where VIDEOS_API_KEY is set, else the service in a box.
import { VideosClient } from 'videos-client';
import { createVideosEmulator, type EmulatedTaskOptions } from 'videos-client/testing';

/** Closes the service in a box, where there is one: `await using service = await setUp(…)`. */
export interface Setup extends AsyncDisposable {
  client: VideosClient;
  /** The task to look at: the first argument of the command line, or the box's. */
  id: string;
}

/** @param tasks - What the service in a box plays; the first one is for the id of the command line. */
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
  const box = await emulator.listen();
  console.log(`No VIDEOS_API_KEY: using the service in a box at ${box.baseUrl}`);
  const client = new VideosClient({
    apiKey: 'test-key',
    baseUrl: box.baseUrl,
    polling: { minInterval: 500, maxInterval: 1_000 },
  });
  return { client, id: first?.id ?? '', [Symbol.asyncDispose]: () => box.close() };
}
