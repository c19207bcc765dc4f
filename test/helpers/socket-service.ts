// The service on bare sockets: it sees what is sent, to the byte, and ends connections when it likes.
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** A request that arrived whole. */
export interface SocketRequest {
  readonly method: string;
  readonly path: string;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Counts from 1 on each connection: from 2 on, the connection is reused. */
  readonly onConnection: number;
}

/** What happens when a request has arrived, or, for a connection, before any. */
export type SocketStep = (socket: Socket, request: SocketRequest) => void;

/** The headers of a JSON response. */
export const json = { 'content-type': 'application/json' };

/** Writes a response; the connection stays open. */
export function respond(status: number, body: unknown, headers: Record<string, string> = {}): SocketStep {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const head = Object.entries({ 'content-length': String(Buffer.byteLength(text)), ...headers });
  const lines = [`HTTP/1.1 ${status} X`, ...head.map(([name, value]) => `${name}: ${value}`)];
  return (socket) => void socket.write(`${lines.join('\r\n')}\r\n\r\n${text}`);
}

/** Ends the connection with a TCP reset. */
export const reset: SocketStep = (socket) => void socket.resetAndDestroy();

/** Ends the connection in the regular way. */
export const close: SocketStep = (socket) => void socket.end();

/** Never responds. */
export const hang: SocketStep = () => {};

const END_OF_HEAD = '\r\n\r\n';

/** Takes the first request off what has arrived, if it is whole. */
function takeRequest(text: string): { request: Omit<SocketRequest, 'onConnection'>; rest: string } | null {
  const endOfHead = text.indexOf(END_OF_HEAD);
  if (endOfHead < 0) return null;
  const [first = '', ...lines] = text.slice(0, endOfHead).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.split(':')[0]?.toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const start = endOfHead + END_OF_HEAD.length;
  const end = start + Number(headers['content-length'] ?? 0);
  if (text.length < end) return null;
  const [method = '', path = ''] = first.split(' ');
  return { request: { method, path, headers, body: text.slice(start, end) }, rest: text.slice(end) };
}

export interface SocketServiceOptions {
  /** What a request gets. */
  onRequest: SocketStep;
  /** Called with each connection, before anything has arrived. */
  onConnection?: ((socket: Socket) => void) | undefined;
  /** Makes it a server for https. */
  certificate?: { key: string; cert: string } | undefined;
}

/** A server on a free port of the loopback that records the requests that arrived whole. */
export class SocketService implements AsyncDisposable {
  readonly requests: SocketRequest[] = [];
  /** How many connections were made. */
  connections = 0;
  readonly #options: SocketServiceOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(options: SocketServiceOptions) {
    this.#options = options;
    const { certificate } = options;
    this.#server = certificate
      ? createTlsServer(certificate, (socket) => this.#serve(socket))
      : createServer((socket) => this.#serve(socket));
    // A handshake that the client breaks off.
    this.#server.on('tlsClientError', () => {});
    this.#server.on('connection', (socket: Socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on('error', () => {}).once('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(options: SocketServiceOptions): Promise<SocketService> {
    const service = new SocketService(options);
    await new Promise<void>((resolve) => service.#server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#options.certificate ? 'https' : 'http'}://127.0.0.1:${port}`;
  }

  #serve(socket: Socket): void {
    let text = '';
    let onConnection = 0;
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let taken = takeRequest(text); taken !== null; taken = takeRequest(text)) {
        text = taken.rest;
        const request = { ...taken.request, onConnection: ++onConnection };
        this.requests.push(request);
        this.#options.onRequest(socket, request);
      }
    });
    this.#options.onConnection?.(socket);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
