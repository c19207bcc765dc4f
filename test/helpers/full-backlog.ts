// A port on which connecting takes forever: its server accepts nothing, and its queue of connections is full.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

/** The event loop stops where the server listens, and with it the accepting of connections. */
const SERVER = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** More than the queue holds (Linux: the backlog and one). */
const CONNECTIONS = 4;

export async function startFullBacklog(): Promise<AsyncDisposable & { url: string }> {
  const server = spawn(process.execPath, ['-e', SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(server.stdout, 'data');
  const sockets = Array.from({ length: CONNECTIONS }, () =>
    connect(Number(port), '127.0.0.1').on('error', () => {}),
  );
  await once(sockets[0] as (typeof sockets)[number], 'connect');
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.kill('SIGKILL');
      await once(server, 'exit');
    },
  };
}
