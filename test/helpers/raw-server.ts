// A file server whose every response the test makes, header for header: Node's own server corrects nothing.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RawResponse {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
  /** Cuts the connection after so many bytes of the body. */
  dropAfter?: number | undefined;
}

/** Serves until the test ends. */
export async function serveRaw(respond: (request: IncomingMessage) => RawResponse): Promise<string> {
  const server = createServer((request, response) => {
    const { status, headers, body, dropAfter } = respond(request);
    response.writeHead(status, headers);
    if (dropAfter === undefined) return response.end(body);
    response.flushHeaders();
    const cut = () => response.socket?.destroy();
    if (dropAfter === 0) cut();
    else response.write(body.subarray(0, dropAfter), () => setTimeout(cut, 5));
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/video.mp4`;
}
