// The emulator behind two real HTTP servers.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isNode } from '../internal/runtime.ts';
import { type EmulatorReply, sentPart, textReply } from './emulator-reply.ts';
import type { Addresses, EmulatorRequest } from './emulator-request.ts';

/** `Symbol.asyncDispose`, if the user's TypeScript has it; naming it would break the types if it does not. */
type AsyncDispose = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol }
  ? Key
  : never;

/** An emulator that listens until `close()`, or until the end of the block that holds it with `await using`. */
export interface VideosEmulatorServer extends Readonly<Record<AsyncDispose, () => Promise<void>>> {
  /** The API's base, for the client's `baseUrl` or for `VIDEOS_BASE_URL`. */
  readonly baseUrl: string;
  /** The origin of the files: another one, as with the real service. */
  readonly filesUrl: string;
  /** Stops listening and cuts every open connection. Safe to call twice. */
  close(): Promise<void>;
}

/** Where to listen. */
interface ListenSettings {
  readonly host: string;
  readonly port: number;
  readonly filesPort: number;
}

type ReplyTo = (request: EmulatorRequest, addresses: Addresses) => EmulatorReply;

const LOOPBACK = '127.0.0.1';

/** Hosts that stand for every address of the machine. */
const EVERY_ADDRESS = ['0.0.0.0', '::'];

/** Not imported, so that bundlers for browsers and workers never see it. */
function nodeHttp(): typeof import('node:http') {
  const http = globalThis.process?.getBuiltinModule?.('node:http');
  if (http !== undefined) return http;
  throw new Error(
    'Failed to listen: this runtime has no node:http. ' +
      "Listen in Node 20.19 or later, Bun or Deno; elsewhere use emulator.fetch as the client's fetch.",
  );
}

function open(
  host: string,
  port: number,
  handle: (req: IncomingMessage, res: ServerResponse) => void,
): Promise<Server> {
  const server = nodeHttp().createServer(handle);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

async function readRequest(
  on: EmulatorRequest['on'],
  origin: string,
  req: IncomingMessage,
): Promise<EmulatorRequest> {
  const headers = new Headers();
  for (const [name, values] of Object.entries(req.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const url = new URL(`${origin}${req.url}`);
  let body = '';
  for await (const chunk of req.setEncoding('utf8')) body += chunk;
  return { on, method: req.method ?? 'GET', url, headers, body };
}

/**
 * Whether the connection may be used again. Browsers, Bun and Deno repeat a request on their own when it breaks on a
 * reused connection, and a scripted fault would go unseen: they get a new one each time.
 */
function isKept(req: IncomingMessage, reply: EmulatorReply): boolean {
  const isBrowser = 'sec-fetch-site' in req.headers;
  return !reply.isLast && !isBrowser && isNode();
}

function send(req: IncomingMessage, res: ServerResponse, reply: EmulatorReply): void {
  if (reply.broken === 'timeout') return;
  if (reply.broken === 'reset') {
    res.socket?.resetAndDestroy();
    return;
  }
  res.writeHead(reply.status, { ...reply.headers, ...(isKept(req, reply) ? {} : { connection: 'close' }) });
  res.end(sentPart(reply));
}

/** Puts the service behind two servers, one for the API and one for the files. */
export async function listen(
  replyTo: ReplyTo,
  basePath: string,
  { host, port, filesPort }: ListenSettings,
): Promise<VideosEmulatorServer> {
  const isEveryAddress = EVERY_ADDRESS.includes(host);
  const name = isEveryAddress ? LOOPBACK : host.includes(':') ? `[${host}]` : host;
  let ports: Record<EmulatorRequest['on'], number>;

  const addressesFor = (hostname: string): Addresses => ({
    baseUrl: `http://${hostname}:${ports.api}${basePath}`,
    filesUrl: `http://${hostname}:${ports.video}`,
  });
  /** Replies also to an invalid request, and if a test's own function throws: neither ends the process. */
  const handler = (on: EmulatorRequest['on']) => async (req: IncomingMessage, res: ServerResponse) => {
    let request: EmulatorRequest;
    let addresses: Addresses;
    try {
      // The caller reached one of many addresses by this name: it reaches the files by the same.
      addresses = addressesFor(isEveryAddress ? new URL(`http://${req.headers.host}`).hostname : name);
      const { origin } = new URL(on === 'api' ? addresses.baseUrl : addresses.filesUrl);
      request = await readRequest(on, origin, req);
    } catch {
      return send(req, res, textReply(400, 'Bad request'));
    }
    try {
      send(req, res, replyTo(request, addresses));
    } catch (error) {
      const reason = error instanceof Error ? error.message : error;
      send(req, res, textReply(500, `The emulator failed: ${reason}`));
    }
  };

  // The files first: the API's port may be known, and requested, before this function returns.
  const files = await open(host, filesPort, handler('video'));
  const api = await open(host, port, handler('api')).catch(async (error: unknown) => {
    await close(files);
    throw error;
  });
  ports = { api: portOf(api), video: portOf(files) };
  const closeBoth = async () => {
    await Promise.all([close(api), close(files)]);
  };
  return { ...addressesFor(name), close: closeBoth, [Symbol.asyncDispose]: closeBoth };
}
