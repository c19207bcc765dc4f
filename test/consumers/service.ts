import { createVideosEmulator } from 'videos-client/testing';

/** The service for runtimes in which the emulator cannot listen: whatever is asked for completes. */
export async function withService<T>(use: (baseUrl: string) => Promise<T>): Promise<T> {
  const emulator = createVideosEmulator({ onUnknownId: () => ({ after: { polls: 2 } }) });
  const server = await emulator.listen();
  try {
    return await use(server.baseUrl);
  } finally {
    await server.close();
  }
}
