// The service for runtimes in which the emulator cannot listen.
import { createVideosEmulator } from 'videos-client/testing';

/** Every id is a task that completes at its second poll. */
export async function withService<T>(use: (baseUrl: string) => Promise<T>): Promise<T> {
  const emulator = createVideosEmulator({ onUnknownId: () => ({ after: { polls: 2 } }) });
  const server = await emulator.listen();
  try {
    return await use(server.baseUrl);
  } finally {
    await server.close();
  }
}
