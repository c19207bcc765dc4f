import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { AnyVideosError } from 'videos-client';
import { json } from '../helpers/http-service.ts';
import { task } from '../helpers/task.ts';

type ErrorName = AnyVideosError['name'];

/** Something that goes wrong with one request. */
export interface Fault {
  /** What a user would say of it. */
  name: string;
  /** The error of a call that meets it, if nothing is tried again. */
  error: ErrorName;
  /** What the server does; */
  turn?: RequestListener;
  /** or where the request goes instead of to the server, given the server's port. */
  elsewhere?: (port: number) => string;
  /** Whether it is noticed only when the time limit is over. */
  isSlow?: boolean;
}

const text = JSON.stringify(task({ model: 'videos', padding: 'x'.repeat(2000) }));
const zipped = gzipSync(text);
const page = '<!doctype html><html><head><title>Bad gateway</title></head><body>nginx</body></html>';

/** Writes bytes as they are, below HTTP, and keeps the connection open, ends it, or breaks it. */
const raw =
  (bytes: string | Buffer, then: 'end' | 'reset'): RequestListener =>
  (_, { socket }) => {
    if (then === 'end') socket?.end(bytes);
    else socket?.write(bytes, () => socket.resetAndDestroy());
  };

const status = (code: number, error: ErrorName = 'ApiError'): Fault => ({
  name: `a ${code}`,
  error,
  turn: json({ message: 'not now' }, code),
});

const envelope = (code: number | string, error: ErrorName = 'ApiError'): Fault => ({
  name: `a 200 whose envelope has the code ${JSON.stringify(code)}`,
  error,
  turn: json({ code, msg: 'not now', data: null }),
});

/** What passes: tried again by every call. */
export const TRANSIENT: Fault[] = [
  {
    name: "the service's name cannot be resolved",
    error: 'ConnectionError',
    elsewhere: () => 'http://nowhere.invalid',
  },
  // The server listens on this port too, but not on this address.
  {
    name: 'the connection is refused',
    error: 'ConnectionError',
    elsewhere: (port) => `http://[::1]:${port}`,
  },
  { name: 'a connection that is reset before the headers', error: 'ConnectionError', turn: raw('', 'reset') },
  { name: 'a connection that ends without a response', error: 'ConnectionError', turn: raw('', 'end') },
  {
    name: 'a connection that ends within the headers',
    error: 'ConnectionError',
    turn: raw('HTTP/1.1 200 OK\r\nContent-Le', 'end'),
  },
  {
    name: 'a response that is not HTTP',
    error: 'ConnectionError',
    turn: raw('SSH-2.0-OpenSSH_9.6\r\n', 'end'),
  },
  {
    name: 'a connection that is reset after the headers',
    error: 'ConnectionError',
    turn: raw(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n`, 'reset'),
  },
  {
    name: 'a body that is shorter than its content-length',
    error: 'ConnectionError',
    turn: raw(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text.slice(0, 100)}`, 'end'),
  },
  {
    name: 'a chunked body that is cut off within a chunk',
    error: 'ConnectionError',
    turn: raw(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n${text.slice(0, 100)}`, 'end'),
  },
  {
    name: 'a chunked body that is cut off between two chunks',
    error: 'ConnectionError',
    turn: raw(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n${text.slice(0, 100)}\r\n`, 'end'),
  },
  {
    name: 'a body of no declared length that is cut off',
    error: 'InvalidResponseError',
    turn: raw(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${text.slice(0, 100)}`, 'end'),
  },
  { name: 'an empty body', error: 'InvalidResponseError', turn: json('') },
  { name: 'a 204', error: 'InvalidResponseError', turn: (_, response) => response.writeHead(204).end() },
  { name: 'a body of white space', error: 'InvalidResponseError', turn: json(' \r\n') },
  { name: 'half a JSON text', error: 'InvalidResponseError', turn: json(text.slice(0, 100)) },
  {
    name: 'a page of HTML with a 200',
    error: 'InvalidResponseError',
    turn: json(page, 200, { 'content-type': 'text/html' }),
  },
  {
    name: 'a page of HTML with a 502',
    error: 'ApiError',
    turn: json(page, 502, { 'content-type': 'text/html' }),
  },
  {
    name: 'gzip that breaks off',
    error: 'InvalidResponseError',
    turn: (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(zipped.subarray(0, 40)),
  },
  {
    name: 'gzip that is corrupt',
    error: 'ConnectionError',
    turn: (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.from(zipped).fill(255, 12)),
  },
  {
    name: 'text that says it is gzip',
    error: 'ConnectionError',
    turn: (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(text),
  },
  {
    name: 'a 500 whose body is cut off',
    error: 'ApiError',
    turn: raw('HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\n{"mess', 'end'),
  },
  { name: 'a server that never answers', error: 'RequestTimeoutError', isSlow: true, turn: () => {} },
  {
    name: 'headers, and then silence',
    error: 'RequestTimeoutError',
    isSlow: true,
    turn: (_, response) => response.writeHead(200).flushHeaders(),
  },
  {
    name: 'a body that drips, a byte at a time, past the time limit',
    error: 'RequestTimeoutError',
    isSlow: true,
    turn: (_, response) => {
      let sent = 0;
      const drip = setInterval(() => response.write(text.charAt(sent++)), 20);
      response.on('close', () => clearInterval(drip));
    },
  },
  {
    name: 'a 503, and then silence',
    error: 'ApiError',
    isSlow: true,
    turn: (_, response) => response.writeHead(503).flushHeaders(),
  },
  status(408),
  status(425),
  status(429, 'RateLimitError'),
  ...[500, 502, 503, 504].map((code) => status(code)),
  // No redirects, and no response to a plain GET: a confused cache.
  ...[300, 304, 305, 306].map((code) => status(code)),
  ...Array.from({ length: 10 }, (_, index) => status(520 + index)),
  ...[408, 425, 500, 502, '503', 504, 520, 529].map((code) => envelope(code)),
  envelope(429, 'RateLimitError'),
  // Not a status of HTTP: counts as transient, since a wait that continues costs minutes, and one that ends a video.
  ...[-1, 1001, 'E_BUSY'].map((code) => envelope(code)),
];

/** What would be the same a second later: not tried again, but only a failed poll inside a wait. */
export const STUBBORN: Fault[] = [
  { name: 'a task without an id', error: 'InvalidResponseError', turn: json({ status: 'processing' }) },
  { name: 'an unknown status', error: 'InvalidResponseError', turn: json(task({ status: 'paused' })) },
  {
    name: 'a completed task without a URL',
    error: 'InvalidResponseError',
    turn: json(task({ status: 'completed' })),
  },
  { name: 'a list', error: 'InvalidResponseError', turn: json([]) },
  { name: 'null', error: 'InvalidResponseError', turn: json('null') },
  { name: 'a reply of 2 MiB', error: 'InvalidResponseError', turn: json('x'.repeat(2 ** 21)) },
];

const refused = (code: number, error: ErrorName = 'ApiError') => [
  { ...status(code, error), name: `a ${code}` },
  envelope(code, error),
];

/** What no later poll can change: ends request and wait at once. */
export const PERMANENT: Fault[] = [
  ...refused(400),
  ...refused(401, 'AuthenticationError'),
  ...refused(402),
  ...refused(403, 'AuthenticationError'),
  ...refused(404, 'NotFoundError'),
  ...refused(405),
  ...refused(409),
  ...refused(410, 'NotFoundError'),
  ...refused(413),
  ...refused(422),
  ...refused(451),
  // How this service refuses a key.
  envelope('204', 'AuthenticationError'),
  envelope(204, 'AuthenticationError'),
  {
    name: 'a 401 whose body is cut off',
    error: 'AuthenticationError',
    turn: raw('HTTP/1.1 401 No\r\nContent-Length: 100\r\n\r\n{"mess', 'end'),
  },
  {
    name: 'a 404, and then silence',
    error: 'NotFoundError',
    isSlow: true,
    turn: (_, response) => response.writeHead(404).flushHeaders(),
  },
  {
    name: 'a redirect to another origin',
    error: 'ApiError',
    turn: json('', 302, { location: 'http://nowhere.invalid/' }),
  },
  {
    name: 'the status of an image',
    error: 'InvalidResponseError',
    turn: json({ id: 'i', object: 'image.generation', status: 'processing' }),
  },
];
