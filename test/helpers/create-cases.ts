// Every way in which a create can end: what the server does, and what must become of it.
import type { CreateSetup } from '../consumers/create-client.ts';
import { close, hang, json, reset, respond, type SocketStep } from './socket-service.ts';
import { task } from './task.ts';

export interface CreateCase {
  readonly title: string;
  /** What each create gets, in turn; the last one repeats. */
  readonly steps: readonly SocketStep[];
  readonly setup?: Partial<CreateSetup>;
  /** What a `getResult` gets. */
  readonly onResult?: SocketStep;
  /** Whether connections are reset before anything has arrived. */
  readonly isResetAtOnce?: boolean;
  readonly isHttps?: boolean;
  /** `created …`, `aborted`, or the error's name; then `transient` if it is, and the name of its VideosError cause. */
  readonly becomes: string;
  /** How many creates reached the server. */
  readonly reached: number;
  /** How many were sent, if that is another number. */
  readonly fetches?: number;
}

const html = '<!doctype html><html><head><title>Welcome</title></head></html>';
const created = respond(200, task({ id: 'video_1', status: 'queued' }), json);
const refused = respond(401, { message: 'bad key' }, json);
const to = (status: number, location: string): SocketStep => respond(status, '', { location });
/** Promises more than it sends. */
const cutOff =
  (end: SocketStep): SocketStep =>
  (socket, request) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"id":"vid', () => end(socket, request));
  };
const status = (code: number): SocketStep => respond(code, { message: 'no' }, json);
const envelope = (code: unknown): SocketStep => respond(200, { code, msg: '出错了', data: null }, json);

/** What becomes of a create that was certainly not sent. */
const UNSENT = 'ConnectionError, transient';

const succeeds: CreateCase[] = [
  { title: 'a task', steps: [created], becomes: 'created video_1, queued', reached: 1 },
  {
    title: 'an envelope with a projectId, as 202',
    steps: [respond(202, { code: '0', msg: null, data: { projectId: 'proj_1' } }, json)],
    becomes: 'created proj_1, queued',
    reached: 1,
  },
  {
    title: 'a 429, then a task',
    steps: [status(429), created],
    becomes: 'created video_1, queued',
    reached: 2,
  },
  {
    title: 'an envelope with the code 429, then a task',
    steps: [envelope(429), created],
    becomes: 'created video_1, queued',
    reached: 2,
  },
  ...[307, 308].map((code) => ({
    title: `a ${code} within the origin, then a task`,
    steps: [to(code, '/elsewhere'), created],
    becomes: 'created video_1, queued',
    reached: 2,
  })),
  {
    title: 'a 401, then a task, with a key function',
    steps: [refused, created],
    setup: { keys: ['old-key-1', 'new-key-1'] },
    becomes: 'created video_1, queued',
    reached: 2,
  },
  {
    title: 'a refused key as an envelope, then a task, with a key function',
    steps: [envelope('204'), created],
    setup: { keys: ['old-key-1', 'new-key-1'], maxRetries: 0 },
    becomes: 'created video_1, queued',
    reached: 2,
  },
];

const refusals: CreateCase[] = [
  ...[400, 402, 404, 409, 422, 425].map((code) => ({
    title: `a ${code}`,
    steps: [status(code)],
    becomes: code === 404 ? 'NotFoundError' : 'ApiError',
    reached: 1,
  })),
  { title: 'a 401', steps: [refused], becomes: 'AuthenticationError', reached: 1 },
  {
    title: 'a 401 for each key of a function',
    steps: [refused],
    setup: { keys: ['old-key-1', 'new-key-1'] },
    becomes: 'AuthenticationError',
    reached: 2,
  },
  { title: 'a 429 each time', steps: [status(429)], becomes: 'RateLimitError, transient', reached: 2 },
  {
    title: 'a refused key as an envelope',
    steps: [envelope('204')],
    becomes: 'AuthenticationError',
    reached: 1,
  },
  ...[1001, '-1', 'fail'].map((code) => ({
    title: `an envelope with the code ${code}`,
    steps: [envelope(code)],
    becomes: 'ApiError',
    reached: 1,
  })),
  ...[301, 302].map((code) => ({
    title: `a ${code} within the origin`,
    steps: [to(code, '/elsewhere')],
    becomes: 'ApiError',
    reached: 1,
  })),
  ...[301, 302, 307, 308].map((code) => ({
    title: `a ${code} to another origin`,
    steps: [to(code, 'https://elsewhere.invalid/')],
    becomes: 'ApiError',
    reached: 1,
  })),
  { title: 'a 307 each time', steps: [to(307, '/again')], becomes: 'ApiError', reached: 6 },
  {
    title: 'a 400 with a body that is cut off',
    steps: [
      (socket, request) =>
        void socket.write('HTTP/1.1 400 X\r\ncontent-length: 99\r\n\r\n{', () => reset(socket, request)),
    ],
    becomes: 'ApiError',
    reached: 1,
  },
];

/** On a connection of its own, and on one that has served a request before. */
const onBoth = (title: string, step: SocketStep): CreateCase[] =>
  [0, 1].map((results) => ({
    title: `${title}, on a ${results === 0 ? 'fresh' : 'reused'} connection`,
    steps: [step],
    setup: { results },
    becomes: 'OutcomeUnknownError, ConnectionError',
    reached: 1,
  }));

const unknown: CreateCase[] = [
  {
    title: 'a reset before anything has arrived',
    steps: [],
    isResetAtOnce: true,
    becomes: 'OutcomeUnknownError, ConnectionError',
    reached: 0,
    fetches: 1,
  },
  ...onBoth('a reset after the create has arrived', reset),
  ...onBoth('a close after the create has arrived', close),
  ...onBoth('a reply that a reset cuts off', cutOff(reset)),
  ...onBoth('a reply that a close cuts off', cutOff(close)),
  {
    title: 'no reply within the time limit',
    steps: [hang],
    setup: { timeout: 500 },
    becomes: 'OutcomeUnknownError, RequestTimeoutError',
    reached: 1,
  },
  {
    title: 'a reply whose body never ends',
    steps: [(socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{')],
    setup: { timeout: 500 },
    becomes: 'OutcomeUnknownError, RequestTimeoutError',
    reached: 1,
  },
  ...(
    [
      ['an empty reply', respond(200, '')],
      ['a 204', (socket) => void socket.write('HTTP/1.1 204 X\r\n\r\n')],
      ['a page of HTML', respond(200, html)],
      ['JSON without an id', respond(200, {}, json)],
      ['JSON with a blank id', respond(200, { id: ' ', status: 'queued' }, json)],
      ['an envelope without an id', respond(200, { code: 0, msg: null, data: null }, json)],
      ['a reply over 1 MiB', respond(200, JSON.stringify({ id: 'x', more: 'x'.repeat(2 ** 20) }), json)],
    ] satisfies [string, SocketStep][]
  ).map(([title, step]) => ({
    title,
    steps: [step],
    becomes: 'OutcomeUnknownError, InvalidResponseError',
    reached: 1,
  })),
  ...[408, 500, 502, 503, 504, 304].map((code) => ({
    title: `a ${code}`,
    steps: [code === 304 ? (respond(304, '') as SocketStep) : status(code)],
    becomes: 'OutcomeUnknownError, ApiError',
    reached: 1,
  })),
  ...[408, 500, '503'].map((code) => ({
    title: `an envelope with the code ${code}`,
    steps: [envelope(code)],
    becomes: 'OutcomeUnknownError, ApiError',
    reached: 1,
  })),
  {
    title: 'a 303, whose target is not requested',
    steps: [to(303, '/v1/result/video_1')],
    becomes: 'OutcomeUnknownError, ApiError',
    reached: 1,
  },
  {
    title: 'a 307 within the origin, then a reset',
    steps: [to(307, '/elsewhere'), reset],
    becomes: 'OutcomeUnknownError, ConnectionError',
    reached: 2,
  },
  {
    title: 'a 429, then a reset',
    steps: [status(429), reset],
    becomes: 'OutcomeUnknownError, ConnectionError',
    reached: 2,
  },
];

const unsent: CreateCase[] = [
  {
    title: 'a server with a certificate that is not trusted',
    steps: [created],
    isHttps: true,
    becomes: UNSENT,
    reached: 0,
    fetches: 2,
  },
  {
    title: 'an abort before it is sent',
    steps: [created],
    setup: { abortAfter: 0 },
    becomes: 'aborted',
    reached: 0,
  },
  {
    title: 'no place in time',
    steps: [created],
    onResult: hang,
    setup: { isCrowded: true, timeout: 300 },
    becomes: 'RequestTimeoutError, transient',
    reached: 0,
  },
  {
    title: 'a pause of the client that is longer than a call may take',
    steps: [created],
    onResult: respond(429, '', { 'retry-after': '120' }),
    setup: { results: 1 },
    becomes: 'RateLimitError, transient, RateLimitError',
    reached: 0,
  },
];

/** What needs no server of ours: no name, no port, no route. Multicast has no route for TCP. */
const UNREACHABLE = {
  'a host without a name in the DNS': 'http://nowhere.invalid',
  'a network that cannot be reached': 'http://224.0.0.1',
};

export const createCases: readonly CreateCase[] = [
  ...succeeds,
  ...refusals,
  ...unknown,
  ...unsent,
  {
    title: 'a port on which no server listens',
    steps: [],
    setup: { baseUrl: '' },
    becomes: UNSENT,
    reached: 0,
    fetches: 2,
  },
  ...Object.entries(UNREACHABLE).map(([title, baseUrl]) => ({
    title,
    steps: [],
    setup: { baseUrl },
    becomes: UNSENT,
    reached: 0,
    fetches: 2,
  })),
  {
    title: 'an abort after it was sent',
    steps: [hang],
    setup: { abortAfter: 1_000 },
    becomes: 'aborted',
    reached: 1,
  },
];
