// The file host as a real HTTP server.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { CompletedVideo } from '../../src/video.ts';

/** The file that is served. */
export interface ServedFile {
  bytes: Uint8Array;
  etag: string | null;
  lastModified: string | null;
  contentType: string | null;
}

/** How the server misbehaves for one request. */
export interface Fault {
  status?: number;
  headers?: Record<string, string>;
  /** The body in place of the file's bytes. */
  body?: string | Uint8Array;
  /** Cuts the connection once the client has read this many bytes of the body. The client must use the server's `fetch`. */
  dropAfter?: number;
  /** Sends less of the file than was requested. */
  partLength?: number;
  /** Stops sending after this many bytes of the body: 0 for right after the headers, -1 before them. */
  stallAfter?: number;
  /** Changes the status alone. */
  keepBody?: boolean;
  ignoreRange?: boolean;
  ignoreIfRange?: boolean;
  /** Sends no length, in chunks. */
  chunked?: boolean;
}

export interface SeenRequest {
  path: string;
  range: string | undefined;
  ifRange: string | undefined;
  headers: IncomingMessage['headers'];
}

/** Bytes of which no part equals another. */
export function noise(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A server with one file. Each request meets the next fault; without one it is served as it should be. */
export class FileServer {
  readonly file: ServedFile;
  readonly faults: Fault[];
  readonly requests: SeenRequest[] = [];
  readonly sockets = new Set<Socket>();
  /** Called with every request, before the response. */
  onRequest: (request: SeenRequest) => void = () => {};
  /** Called with every 64 KiB of a body that the system has taken. */
  onSent: ((bytes: number) => void) | undefined;
  /** What the API returns, poll by poll; the last is repeated. */
  readonly tasks: object[] = [];
  polls = 0;
  #drop: { socket: Socket | null; left: number } | undefined;
  readonly #server = createServer((request, response) => this.#respond(request, response));

  constructor(file: Partial<ServedFile>, faults: Fault[] = []) {
    this.file = {
      bytes: noise(100_000),
      etag: '"v1"',
      lastModified: null,
      contentType: 'video/mp4',
      ...file,
    };
    this.faults = faults;
    this.#server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket)).on('error', () => {});
    });
  }

  url(path = '/video.mp4'): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  /** The base URL of the API, for polls of the task. */
  get baseUrl(): string {
    return this.url('');
  }

  /** The task, with a URL on this server. */
  video(path?: string): CompletedVideo {
    const more = { object: 'video', created: null, model: null, actualDuration: 5, error: null } as const;
    return { id: 'video_1', status: 'completed', video_url: this.url(path), ...more };
  }

  /** The platform's fetch; it reports to this server what has been read, so that a drop does not overtake what was sent. */
  readonly fetch: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (response.body === null) return response;
    const reader = response.body.getReader();
    const pull = async (controller: ReadableStreamDefaultController) => {
      const { done, value } = await reader.read();
      if (done) return controller.close();
      controller.enqueue(value);
      this.#delivered(value.byteLength);
    };
    const body = new ReadableStream(
      { pull, cancel: (reason) => reader.cancel(reason) },
      { highWaterMark: 0 },
    );
    return new Response(body, response);
  };

  #delivered(bytes: number): void {
    if (this.#drop === undefined) return;
    this.#drop.left -= bytes;
    if (this.#drop.left <= 0) this.#drop.socket?.destroy();
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #respond({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
    if (url.startsWith('/v1/result/')) {
      this.polls++;
      response.end(JSON.stringify(this.tasks.length > 1 ? this.tasks.shift() : this.tasks[0]));
      return;
    }
    const request = { path: url, range: headers.range, ifRange: headers['if-range'] as string, headers };
    this.requests.push(request);
    this.onRequest(request);
    const fault = this.faults.shift() ?? {};
    if (fault.stallAfter === -1) return;
    const { bytes, etag, lastModified, contentType } = this.file;
    if (contentType !== null) response.setHeader('content-type', contentType);
    if (etag !== null) response.setHeader('etag', etag);
    if (lastModified !== null) response.setHeader('last-modified', lastModified);

    this.#drop = undefined;
    const isSame = request.ifRange === undefined || [etag, lastModified].includes(request.ifRange);
    const first = Number(/^bytes=(\d+)-$/.exec(request.range ?? '')?.[1] ?? -1);
    const isPart = first >= 0 && !fault.ignoreRange && (isSame || fault.ignoreIfRange);
    let body: Uint8Array = isPart ? bytes.subarray(first) : bytes;
    response.statusCode = isPart ? 206 : 200;
    if (isPart && fault.partLength) body = body.subarray(0, fault.partLength);
    if (isPart)
      response.setHeader('content-range', `bytes ${first}-${first + body.length - 1}/${bytes.length}`);
    if (isPart && first >= bytes.length) {
      response.statusCode = 416;
      response.setHeader('content-range', `bytes */${bytes.length}`);
    }
    if (fault.status !== undefined) {
      response.statusCode = fault.status;
      if (!fault.keepBody) body = new Uint8Array();
    }
    if (fault.body !== undefined) body = Buffer.from(fault.body as string);
    if (!fault.chunked) response.setHeader('content-length', body.length);
    for (const [name, value] of Object.entries(fault.headers ?? {})) response.setHeader(name, value);
    this.#send(response, body, fault);
  }

  #send(response: ServerResponse, body: Uint8Array, { dropAfter, stallAfter }: Fault): void {
    const limit = dropAfter ?? stallAfter;
    response.flushHeaders();
    if (limit === undefined) {
      if (this.onSent) this.#sendSlowly(response, body);
      else response.end(body);
      return;
    }
    if (limit > 0) response.write(body.subarray(0, limit));
    if (dropAfter === 0) response.socket?.end();
    else if (dropAfter !== undefined) this.#drop = { socket: response.socket, left: dropAfter };
  }

  #sendSlowly(response: ServerResponse, body: Uint8Array): void {
    const piece = body.subarray(0, 65_536);
    if (piece.length === 0) response.end();
    else
      response.write(piece, () => {
        this.onSent?.(piece.length);
        this.#sendSlowly(response, body.subarray(piece.length));
      });
  }
}

/** Starts a server that is closed when the test ends. */
export async function serveFile(file: Partial<ServedFile> = {}, faults: Fault[] = []): Promise<FileServer> {
  const server = new FileServer(file, faults);
  onTestFinished(() => server.close());
  return server.listen();
}
