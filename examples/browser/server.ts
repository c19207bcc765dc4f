// The server of the page: its files, and the proxy that keeps the key. Behind it is a local emulator of the service.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { toNodeHandler } from 'videos-client/node';
import { createVideosProxy } from 'videos-client/proxy';
import { createVideosEmulator, type EmulatedTaskOptions } from 'videos-client/testing';
import { build } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** How tasks end, by the beginning of their ids. A task begins when it is first polled. */
const STORIES: Record<string, Omit<EmulatedTaskOptions, 'id'>> = {
  demo_completes: { after: { ms: 8_000 } },
  demo_fails: {
    outcome: 'failed',
    error: 'Reference video exceeds maximum total duration of 15 seconds.',
    after: { ms: 5_000 },
  },
  demo_lasts: { after: { ms: 180_000 } },
};

/** The page's files, bundled as an application would bundle them. */
async function bundlePage(): Promise<Map<string, string | Uint8Array>> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root: path('.'),
    resolve: { alias: { 'videos-client': path('../../src/index.ts') } },
    build: { write: false, modulePreload: false, target: 'es2022' },
  });
  if (!('output' in result)) throw new Error('Vite returned no single bundle.');
  return new Map(
    result.output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]),
  );
}

const TYPES: Record<string, string> = { html: 'text/html', css: 'text/css', js: 'text/javascript' };

/**
 * Starts the page's server on loopback.
 *
 * @param port - 0 for any free one.
 */
export async function startDemo(port = 0) {
  const emulator = createVideosEmulator({
    onUnknownId: (id) => STORIES[id.slice(0, id.lastIndexOf('_'))],
  });
  const service = await emulator.listen();
  const proxy = createVideosProxy({
    apiKey: 'test-key',
    baseUrl: service.baseUrl,
    // An application checks here whether the task belongs to the user of the session.
    authorize: () => true,
    onError: (error) => console.error(error),
  });
  const files = await bundlePage();
  const handleVideos = toNodeHandler(proxy);
  const server = createServer((req, res) => {
    if (req.url?.startsWith('/api/videos/')) return handleVideos(req, res);
    const [pathname = '/'] = (req.url ?? '/').split('?');
    const name = pathname === '/' ? '/index.html' : pathname;
    const file = files.get(name);
    if (file === undefined) return void res.writeHead(404).end();
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
    res.writeHead(200, {
      'content-type': `${type}; charset=utf-8`,
      // What the page needs, and no more: its own server, and the files of the videos.
      'content-security-policy': `default-src 'self'; img-src data:; media-src ${service.filesUrl}; connect-src 'self' ${service.filesUrl}`,
    });
    res.end(file);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    emulator,
    async close() {
      server.closeAllConnections();
      await Promise.all([new Promise((resolve) => server.close(resolve)), service.close()]);
    },
  };
}
