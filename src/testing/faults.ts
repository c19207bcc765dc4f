import { checkChoice, checkId, checkNumber, checkObject, wrongKind } from './check.ts';
import { jsonReply, type Reply, textReply } from './reply.ts';

/**
 * What goes wrong.
 *
 * - `{ status, body?, retryAfter? }`: this answer. A `body` that is a string is sent as plain text, anything else
 *   as JSON, none as `{"message":"…"}`. `retryAfter` is sent as `Retry-After`: seconds, or a `Date`.
 * - `'reset'`: the connection breaks before an answer.
 * - `'timeout'`: no answer, until the caller gives up.
 * - `'truncated'`: the right headers, half of the body, then the connection breaks.
 */
export type EmulatedFault =
  | {
      /** The HTTP status, 200 to 599. */
      status: number;
      /** What is answered with it. @default { message: '…' } */
      body?: unknown;
      /** Seconds, a whole number, or a date. @default none */
      retryAfter?: number | Date | undefined;
    }
  | 'reset'
  | 'timeout'
  | 'truncated';

/** Which requests meet a fault. */
export interface EmulatedFaultOptions {
  /** What goes wrong. */
  with: EmulatedFault;
  /** Only requests for this task, or for its file. @default any */
  id?: string | undefined;
  /** Requests for tasks, or requests for files. @default 'api' */
  on?: 'api' | 'video' | undefined;
  /** How many requests meet the fault; `Infinity` for all to come. @default 1 */
  times?: number | undefined;
  /** The share of the matching requests that meet it, 0 to 1, at random. @default 1 */
  rate?: number | undefined;
}

const ALLOWED = "{ status, body?, retryAfter? }, 'reset', 'timeout' or 'truncated'";

function checkFault(options: EmulatedFaultOptions): void {
  checkObject('fault', options);
  const { with: fault, times, rate, on, id } = options;
  if (typeof fault === 'object' && fault !== null) {
    if (fault.status === undefined) throw wrongKind('with', fault, ALLOWED);
    const isStatus = (value: number) => Number.isInteger(value) && value >= 200 && value <= 599;
    checkNumber('with.status', fault.status, 'a whole number, 200 to 599', isStatus);
    const { retryAfter } = fault;
    // RFC 9110, section 10.2.3: a whole number, or a date.
    const isDate = retryAfter instanceof Date;
    const isTime = (value: number) => Number.isInteger(value) && (isDate || value >= 0);
    const time = isDate ? retryAfter.getTime() : retryAfter;
    checkNumber('with.retryAfter', time, 'seconds, a whole number, or a Date', isTime);
  } else if (fault !== 'reset' && fault !== 'timeout' && fault !== 'truncated') {
    throw wrongKind('with', fault, ALLOWED);
  }
  const isCount = (value: number) => value >= 1 && (Number.isInteger(value) || value === Infinity);
  checkNumber('times', times, 'a whole number, 1 or more, or Infinity', isCount);
  checkNumber('rate', rate, 'a number, 0 to 1', (value) => value >= 0 && value <= 1);
  checkChoice('on', on, ['api', 'video']);
  checkId(id);
}

/** Statuses whose answers have no body. */
const BARE_STATUSES = [204, 205, 304];

/** The answer that a fault of the form `{ status }` asks for. */
export function faultReply({ status, body, retryAfter }: Exclude<EmulatedFault, string>): Reply {
  const value = retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter);
  const extra = retryAfter === undefined ? {} : { 'retry-after': value };
  if (BARE_STATUSES.includes(status)) return { status, headers: extra, body: null };
  const message = { message: `The emulator was told to answer ${status}.` };
  const reply =
    typeof body === 'string'
      ? textReply(status, body)
      : jsonReply(status, body === undefined ? message : body);
  return { ...reply, headers: { ...reply.headers, ...extra } };
}

/** The faults that are still to come, served in the order in which they were scripted. */
export class Faults {
  readonly #random: () => number;
  readonly #queue: (EmulatedFaultOptions & { left: number })[] = [];

  constructor(random: () => number) {
    this.#random = random;
  }

  add(options: EmulatedFaultOptions): void {
    checkFault(options);
    this.#queue.push({ ...options, left: options.times ?? 1 });
  }

  clear(): void {
    this.#queue.length = 0;
  }

  /** The fault that a request for this task or file meets, if any; it is used up by that. */
  take(on: 'api' | 'video', id: string | null): EmulatedFault | undefined {
    const next = this.#queue.find(
      (fault) =>
        (fault.on ?? 'api') === on &&
        (fault.id === undefined || fault.id === id) &&
        (fault.rate === undefined || this.#random() < fault.rate),
    );
    if (next === undefined) return undefined;
    next.left -= 1;
    if (next.left === 0) this.#queue.splice(this.#queue.indexOf(next), 1);
    return next.with;
  }
}
