import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One answer of the service, good or bad. */
export type Turn = (response: ServerResponse, request: IncomingMessage) => void;

export const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Turn =>
  (response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));

export const video = (status: string, fields: object = {}) => ({
  id: 'video_1',
  object: 'video',
  status,
  ...fields,
});

export const processing = json(video('processing'));
export const completed = json(video('completed', { video_url: 'https://cdn.example.com/1.mp4' }));

/** A real server on a free port that plays its turns in order, the last one for ever. */
export class ScriptedService implements AsyncDisposable {
  /** What was asked, in order. */
  readonly requests: { url: string; headers: IncomingMessage['headers'] }[] = [];
  readonly #server = createServer((request, response) => this.#answer(request, response));
  readonly #sockets = new Set<Socket>();
  #turns: Turn[];

  private constructor(turns: Turn[]) {
    this.#turns = turns;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(...turns: Turn[]): Promise<ScriptedService> {
    const service = new ScriptedService(turns);
    await new Promise<void>((resolve) => service.#server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Plays other turns from here on. */
  play(...turns: Turn[]): void {
    this.#turns = turns;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push({ url: request.url ?? '', headers: request.headers });
    const turn = this.#turns.length > 1 ? this.#turns.shift() : this.#turns[0];
    turn?.(response, request);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

/** What a promise rejects with. */
export function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`Expected a rejection, got ${JSON.stringify(value)}`);
    },
    (reason: unknown) => reason,
  );
}
