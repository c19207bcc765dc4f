import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Call, type Reply, sentPart, textReply } from './reply.ts';
import type { Addresses } from './service.ts';

/** `Symbol.asyncDispose`, where the user's TypeScript knows it; naming it would break the types where it does not. */
type AsyncDispose = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol }
  ? Key
  : never;

/** An emulator that listens on loopback, until `close()` or the end of the block that has it `await using`. */
export interface VideosEmulatorServer extends Readonly<Record<AsyncDispose, () => Promise<void>>> {
  /** The API's base, for the client's `baseUrl` or for `VIDEOS_BASE_URL`. */
  readonly baseUrl: string;
  /** The origin of the files: another one, as with the real service. */
  readonly filesUrl: string;
  /** Stops listening and cuts every open connection. Safe to call twice. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

type Answer = (call: Call, addresses: Addresses) => Reply;

/** Only on use, and with no import: bundlers for browsers and workers never see it. */
function nodeHttp(): typeof import('node:http') {
  const http = globalThis.process?.getBuiltinModule?.('node:http');
  if (http !== undefined) return http;
  throw new Error(
    'Failed to listen: this runtime has no node:http. ' +
      "Listen in Node 20.16 or later, Bun or Deno; elsewhere use emulator.fetch as the client's fetch.",
  );
}

function open(port: number, handle: (req: IncomingMessage, res: ServerResponse) => void): Promise<Server> {
  const server = nodeHttp().createServer(handle);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, () => resolve(server));
  });
}

function originOf(server: Server): string {
  return `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

function readCall(req: IncomingMessage): Call {
  const headers = new Headers();
  for (const [name, values] of Object.entries(req.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const url = new URL(`http://${LOOPBACK}:${req.socket.localPort}${req.url}`);
  return { method: req.method ?? 'GET', url, headers };
}

/** The service's answer; also to what is no request, and where the test has made a mistake, which ends no process. */
function replyTo(req: IncomingMessage, answer: (call: Call) => Reply): Reply {
  let call: Call;
  try {
    call = readCall(req);
  } catch {
    return textReply(400, 'Bad request');
  }
  try {
    return answer(call);
  } catch (error) {
    return textReply(500, `The emulator failed: ${error instanceof Error ? error.message : error}`);
  }
}

function send(reply: Reply, res: ServerResponse): void {
  if (reply.broken === 'timeout') return;
  if (reply.broken === 'reset') {
    res.socket?.resetAndDestroy();
    return;
  }
  // Browsers, Bun and Deno repeat a request on their own when it breaks on a connection that they had used before: a
  // scripted fault would go unseen. So every connection is used once, and also ends where a body is truncated.
  res.writeHead(reply.status, { ...reply.headers, connection: 'close' });
  res.end(sentPart(reply));
}

/** Puts the service behind two real servers, one for the API and one for the files. */
export async function listen(answer: Answer, basePath: string, port: number): Promise<VideosEmulatorServer> {
  let addresses: Addresses;
  const handle = (req: IncomingMessage, res: ServerResponse) => {
    const reply = replyTo(req, (call) => answer(call, addresses));
    send(reply, res);
  };
  // The files first: the port of the API may be known, and asked, before this function returns.
  const files = await open(0, handle);
  const api = await open(port, handle).catch(async (error: unknown) => {
    await close(files);
    throw error;
  });
  addresses = { baseUrl: originOf(api) + basePath, filesUrl: originOf(files) };
  const closeBoth = async () => {
    await Promise.all([close(api), close(files)]);
  };
  return { ...addresses, close: closeBoth, [Symbol.asyncDispose]: closeBoth };
}
