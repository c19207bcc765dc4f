// The page's server: Vite, with the proxy that keeps the key, before a local emulator of the service.
import react from '@vitejs/plugin-react';
import { toNodeHandler } from 'videos-client/node';
import { createVideosProxy } from 'videos-client/proxy';
import { createVideosEmulator } from 'videos-client/testing';
import { defineConfig, type Plugin } from 'vite';

/** With the real service, only the proxy remains; it reads VIDEOS_API_KEY. */
const videosProxy: Plugin = {
  name: 'videos-proxy',
  async configureServer(server) {
    const emulator = createVideosEmulator({
      onUnknownId: (id) =>
        id.startsWith('bad') ? { outcome: 'failed', after: { polls: 1 } } : { after: { polls: 3 } },
    });
    const service = await emulator.listen();
    server.httpServer?.once('close', () => service.close());
    const proxy = createVideosProxy({
      apiKey: 'test-key',
      baseUrl: service.baseUrl,
      // An application checks here whether the task belongs to the user of the session.
      authorize: () => true,
    });
    server.middlewares.use('/api/videos', toNodeHandler(proxy));
  },
};

export default defineConfig({ plugins: [react(), videosProxy] });
