// The service as a real HTTP server on the loopback, down to its sockets.
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A JSON value to respond with, or a function that responds. */
export type Step = Record<string, unknown> | RequestListener;

/** Responds with this body: a string as it is, anything else as JSON. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): RequestListener {
  return (_, response) => {
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** A server on a free port that plays the steps in order, repeats the last one, and records its requests. */
export class HttpService implements AsyncDisposable {
  readonly requests: IncomingMessage[] = [];
  readonly #server = createServer((request, response) => this.#respond(request, response));
  readonly #sockets = new Set<Socket>();
  #steps: Step[];

  private constructor(steps: Step[]) {
    this.#steps = steps;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(...steps: Step[]): Promise<HttpService> {
    const service = new HttpService(steps);
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

  /** Plays other steps from here on. */
  play(...steps: Step[]): void {
    this.#steps = steps;
  }

  #respond(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(request);
    const step = (this.#steps.length > 1 ? this.#steps.shift() : this.#steps[0]) ?? {};
    const listener = typeof step === 'function' ? step : json(step);
    listener(request, response);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

/** Starts such a server for the rest of the test. */
export async function startHttpService(...steps: Step[]): Promise<HttpService> {
  const service = await HttpService.start(...steps);
  onTestFinished(() => service[Symbol.asyncDispose]());
  return service;
}
