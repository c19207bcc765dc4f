// What stands behind the page: the service in a box, and the proxy that keeps its key, on the page's own server.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createVideosProxy } from 'videos-client/proxy';
import { createVideosEmulator, type EmulatedTaskOptions } from 'videos-client/testing';
import { build } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** What becomes of an id, by its beginning. A task begins when it is first looked at. */
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
  if (!('output' in result)) throw new Error('Vite was asked for one bundle, and no watcher.');
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
  const box = await emulator.listen();
  const proxy = createVideosProxy({
    apiKey: 'test-key',
    baseUrl: box.baseUrl,
    // An application asks its own session here, and its own records: does this task belong to this user?
    authorize: () => true,
    onError: (error) => console.error(error),
  });
  const files = await bundlePage();

  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    const url = new URL(req.url ?? '/', 'http://localhost');
    if (url.pathname.startsWith('/api/videos/')) {
      const gone = new AbortController();
      res.once('close', () => gone.abort());
      const headers = req.headers as Record<string, string>;
      const init = { method: req.method ?? 'GET', headers, signal: gone.signal };
      const response = await proxy(new Request(url, init));
      const body = await response.text();
      res.writeHead(response.status, [...response.headers].flat()).end(body);
      return;
    }
    const name = url.pathname === '/' ? '/index.html' : url.pathname;
    const file = files.get(name);
    if (file === undefined) return void res.writeHead(404).end();
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
    res.writeHead(200, {
      'content-type': `${type}; charset=utf-8`,
      // All that the page needs, and no more: its own server, and the files of the videos.
      'content-security-policy': `default-src 'self'; img-src data:; media-src ${box.filesUrl}; connect-src 'self' ${box.filesUrl}`,
    });
    res.end(file);
  };
  const server = createServer((req, res) => {
    answer(req, res).catch(() => res.writeHead(400).end());
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
      await Promise.all([new Promise((resolve) => server.close(resolve)), box.close()]);
    },
  };
}
