import { getEventListeners, once } from 'node:events';
import { expect, it } from 'vitest';
import { VideosClient } from '../src/client.ts';
import { DownloadError } from '../src/errors/index.ts';
import type { VideosClientOptions } from '../src/options/client-options.ts';
import { type FileServer, serveFile } from './helpers/file-server.ts';

const clientOf = (server: FileServer, options?: VideosClientOptions) =>
  new VideosClient({ apiKey: 'secret-key', baseUrl: server.baseUrl, maxRetries: 0, ...options });

const read = async (response: Response) => new Uint8Array(await response.arrayBuffer());

const reason = new Error('changed my mind');

it('an abort before the call sends nothing', async () => {
  const server = await serveFile();
  const download = clientOf(server).download('video_1', { signal: AbortSignal.abort(reason) });
  await expect(download).rejects.toBe(reason);
  expect([server.polls, server.requests.length]).toEqual([0, 0]);
});

it('an abort before the head rejects with the reason, and closes the connection', async () => {
  const server = await serveFile({}, [{ stallAfter: -1 }]);
  const controller = new AbortController();
  const closed = new Promise<void>((resolve) => {
    server.onRequest = () => {
      for (const socket of server.sockets) socket.once('close', () => resolve());
      controller.abort(reason);
    };
  });
  await expect(clientOf(server).download(server.video(), { signal: controller.signal })).rejects.toBe(reason);
  await closed;
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});

it.each(['while the reader waits', 'while no read is pending'])(
  'an abort %s errors the body with the reason',
  async (when) => {
    const server = await serveFile({}, [{ stallAfter: 10 }]);
    const controller = new AbortController();
    const { body } = await clientOf(server).download(server.video(), { signal: controller.signal });
    const reader = body?.getReader();
    await reader?.read();
    const closed = Promise.all([...server.sockets].map((socket) => once(socket, 'close')));
    const waiting = when === 'while no read is pending' ? undefined : reader?.read();
    controller.abort(reason);
    await expect(reader?.closed).rejects.toBe(reason);
    await expect(waiting ?? reader?.read()).rejects.toBe(reason);
    await closed;
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  },
);

it.each(Array.from({ length: 20 }, (_, steps) => steps))(
  'an abort %d steps after the head ends everything with the reason',
  async (steps) => {
    const server = await serveFile({}, [{ stallAfter: 0 }]);
    const controller = new AbortController();
    const abortSoon = async () => {
      for (let step = 0; step < steps; step++) await undefined;
      controller.abort(reason);
    };
    const fetchThenAbort: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      void abortSoon();
      return response;
    };
    const closed = new Promise<void>((resolve) => {
      server.onRequest = () => {
        for (const socket of server.sockets) socket.once('close', () => resolve());
      };
    });
    const client = clientOf(server, { fetch: fetchThenAbort });
    await expect(client.download(server.video(), { signal: controller.signal }).then(read)).rejects.toBe(
      reason,
    );
    await closed;
  },
);

it('an abort leaves no listener once the body has ended, or was cancelled, or broke', async () => {
  const server = await serveFile({}, [{}, {}, { dropAfter: 0 }]);
  const { signal } = new AbortController();
  const client = clientOf(server);
  await read(await client.download(server.video(), { signal }));
  const cancelled = await client.download(server.video(), { signal });
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  await cancelled.body?.cancel();
  await expect(client.download(server.video(), { signal }).then(read)).rejects.toThrow(DownloadError);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('a cancelled body closes its connection', async () => {
  const server = await serveFile({}, [{ stallAfter: 10 }]);
  const { body } = await clientOf(server).download(server.video());
  const closed = Promise.all([...server.sockets].map((socket) => once(socket, 'close')));
  await body?.cancel();
  expect(await closed).toHaveLength(1);
});
