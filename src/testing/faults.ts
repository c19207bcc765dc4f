// Scripted faults: what goes wrong, which requests meet it, and how often.

import {
  type Checks,
  checkedLater,
  checkOptions,
  inRange,
  oneOf,
  whole,
  wrongType,
} from '../options/validate.ts';
import { aTaskId } from './check-options.ts';
import { type EmulatorReply, jsonReply, textReply } from './emulator-reply.ts';
import type { EmulatorRequest, Route } from './emulator-request.ts';

/** A reply in place of the documented one. */
export interface EmulatedFaultReply {
  /** The HTTP status, 200 to 599. */
  status: number;
  /** A string is sent as plain text, anything else as JSON. @default { message: '…' } */
  body?: unknown;
  /**
   * The header `Retry-After`: seconds; a date, sent as an HTTP date; or a string, sent as it is: `'7s'`, `'1761635478'`.
   *
   * @default none
   */
  retryAfter?: number | Date | string | undefined;
  /** Further headers, such as `date`, `x-request-id` or another `content-type`. @default none */
  headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * What goes wrong.
 *
 * - `{ status, body?, retryAfter?, headers? }`: this reply.
 * - `'refused-key'`: the reply to a refused key: HTTP 200 with `{"code":"204","msg":"登录验证失败"}`.
 * - `'unauthorized'`: the 401 that the service sends now and then, although the key is good.
 * - `'reset'`: the connection breaks before a reply.
 * - `'timeout'`: no reply, until the caller gives up.
 * - `'truncated'`: the right headers, half of the body, then the connection breaks.
 *
 * A create that meets one of the last three has made its task: only its reply is lost.
 */
export type EmulatedFault =
  | EmulatedFaultReply
  | 'refused-key'
  | 'unauthorized'
  | 'reset'
  | 'timeout'
  | 'truncated';

/** Which requests meet a fault. */
export interface EmulatedFaultOptions {
  /** What goes wrong. */
  with: EmulatedFault;
  /** Only requests for this task, or for its file. @default any */
  id?: string | undefined;
  /**
   * Requests to the API (of those only creates, or only polls: `'create'`, `'result'`), or requests for files.
   *
   * @default 'api'
   */
  on?: 'api' | 'create' | 'result' | 'video' | undefined;
  /** How many requests meet the fault; `Infinity` for all to come. @default 1 */
  times?: number | undefined;
  /** The share of the matching requests that meet it, 0 to 1, at random. @default 1 */
  rate?: number | undefined;
}

/** A refused key, as other integrations of this host have seen it. */
const REFUSED_KEY: EmulatedFaultReply = { status: 200, body: { code: '204', msg: '登录验证失败' } };

/** The body that came with the 401s. */
const UNAUTHORIZED: EmulatedFaultReply = {
  status: 401,
  body: {
    error: {
      code: 'AuthenticationError',
      message: 'the API key in the request is missing or invalid',
      type: 'Unauthorized',
    },
  },
};

const NAMED = ['refused-key', 'unauthorized', 'reset', 'timeout', 'truncated'];
const ALLOWED = `{ status, body?, retryAfter?, headers? }, or ${NAMED.map((name) => `"${name}"`).join(', ')}`;

/** Text that can be the value of a header. */
const HEADER_TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;

const REPLY_OPTIONS: Checks<EmulatedFaultReply> = {
  status: inRange(
    'a whole number, 200 to 599',
    (status) => Number.isInteger(status) && status >= 200 && status <= 599,
  ),
  body: checkedLater,
  retryAfter(name, value) {
    if (typeof value === 'string' && HEADER_TEXT.test(value)) return;
    const number = value instanceof Date ? value.getTime() : value;
    // A date may be before 1970.
    const isAllowed = (time: number) => Number.isFinite(time) && (value instanceof Date || time >= 0);
    inRange('seconds, a Date, or the text of a header', isAllowed)(name, number);
  },
  headers(name, value) {
    try {
      new Headers(value as Record<string, string>);
    } catch {
      throw wrongType(name, value, 'names and values of headers');
    }
  },
};

const FAULT_OPTIONS: Checks<EmulatedFaultOptions> = {
  with(name, value) {
    if (NAMED.includes(value as string)) return;
    if (typeof value !== 'object' || value === null) throw wrongType(name, value, ALLOWED);
    const { status } = checkOptions(value as EmulatedFaultReply, REPLY_OPTIONS, `${name}.`);
    if (status === undefined) throw wrongType(name, value, ALLOWED);
  },
  id: aTaskId,
  on: oneOf('api', 'create', 'result', 'video'),
  times: whole(1, true),
  rate: inRange('a number, 0 to 1', (rate) => rate >= 0 && rate <= 1),
};

/** Statuses whose replies have no body. */
const BODILESS_STATUSES = [204, 205, 304];

function scriptedReply({ status, body, retryAfter, headers }: EmulatedFaultReply): EmulatorReply {
  const value = retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter);
  const extra = {
    ...(retryAfter === undefined ? {} : { 'retry-after': value }),
    ...Object.fromEntries(new Headers(headers)),
  };
  if (BODILESS_STATUSES.includes(status)) return { status, headers: extra, body: null };
  const message = { message: `The emulator was scripted to reply with status ${status}.` };
  const reply =
    typeof body === 'string'
      ? textReply(status, body)
      : jsonReply(status, body === undefined ? message : body);
  return { ...reply, headers: { ...reply.headers, ...extra } };
}

/** The reply to a request whose key is refused. */
export const refusedKeyReply = () => scriptedReply(REFUSED_KEY);

/** What a request meets: a reply in place of its own, or a way in which its own is broken. */
export type MetFault = { readonly reply: EmulatorReply } | { readonly broken: EmulatorReply['broken'] };

function toMetFault(fault: EmulatedFault): MetFault {
  if (fault === 'refused-key') return { reply: refusedKeyReply() };
  if (fault === 'unauthorized') return { reply: scriptedReply(UNAUTHORIZED) };
  return typeof fault === 'object' ? { reply: scriptedReply(fault) } : { broken: fault };
}

/** The faults that are still to come, in the order in which they were scripted. */
export class Faults {
  readonly #random: () => number;
  readonly #queue: (EmulatedFaultOptions & { left: number })[] = [];

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Whether any request to come may meet a fault. */
  get isPending(): boolean {
    return this.#queue.length > 0;
  }

  add(options: EmulatedFaultOptions): void {
    checkOptions(options, FAULT_OPTIONS);
    if (options?.with === undefined) throw wrongType('with', undefined, ALLOWED);
    this.#queue.push({ ...options, left: options.times ?? 1 });
  }

  clear(): void {
    this.#queue.length = 0;
  }

  /** The fault that a request meets, if any; it is used up by that. */
  take(request: EmulatorRequest, route: Route): MetFault | undefined {
    const places = [request.on, route.name];
    const next = this.#queue.find(
      ({ on = 'api', id = route.id, rate = 1 }) =>
        places.includes(on) && id === route.id && (rate === 1 || this.#random() < rate),
    );
    if (next === undefined) return undefined;
    next.left -= 1;
    if (next.left === 0) this.#queue.splice(this.#queue.indexOf(next), 1);
    return toMetFault(next.with);
  }
}
