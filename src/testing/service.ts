import { wrongKind } from './check.ts';
import { type EmulatedFault, Faults } from './faults.ts';
import { fileReply, type StoredFile } from './file.ts';
import { type Call, jsonReply, type Reply, textReply, withoutBody } from './reply.ts';
import { createTask, type EmulatedTaskOptions, type Task } from './task.ts';

/** A request that the emulator has answered. Keys and cookies are left out. */
export interface EmulatedRequest {
  /** Whether it went to the API or to the host of the files. */
  readonly on: 'api' | 'video';
  readonly method: string;
  readonly url: string;
  /** The task that it was about; null where the route is unknown. */
  readonly id: string | null;
  /** When it came: Unix time in milliseconds. */
  readonly time: number;
  /** The answer's HTTP status; null where a fault left it without one. */
  readonly status: number | null;
  /** Its headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Where the service is seen from outside. */
export interface Addresses {
  /** The API's base, without a trailing slash. */
  readonly baseUrl: string;
  /** The origin of the files. */
  readonly filesUrl: string;
}

/** What the service is set up with. */
export interface ServiceSettings {
  readonly apiKey: string | null;
  readonly onUnknownId: (id: string) => Omit<EmulatedTaskOptions, 'id'> | undefined;
  readonly random: () => number;
}

const NO_BODY_STATUSES = [204, 205, 304];
/** Headers that may hold a key. */
const SECRET = /authorization|cookie|key|token|secret/;
const EXPOSED = 'Accept-Ranges, Content-Length, Content-Range, ETag, Last-Modified, Retry-After';

function faultReply({ status, body, retryAfter }: Exclude<EmulatedFault, string>): Reply {
  const message = { message: `The emulator was told to answer ${status}.` };
  const reply = typeof body === 'string' ? textReply(status, body) : jsonReply(status, body ?? message);
  if (retryAfter === undefined) return reply;
  const value = retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter);
  return { ...reply, headers: { ...reply.headers, 'retry-after': value } };
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** The documented service and its CDN, free of any transport. */
export class Service {
  readonly requests: EmulatedRequest[] = [];
  readonly faults: Faults;
  readonly #settings: ServiceSettings;
  readonly #tasks = new Map<string, { task: Task; file: StoredFile | null }>();
  /** Grows with every task, so that no two files share an entity tag. */
  #serial = 0;
  /** How often the files' URLs have expired. */
  #expiries = 0;

  constructor(settings: ServiceSettings) {
    this.#settings = settings;
    this.faults = new Faults(settings.random);
  }

  addTask(options: EmulatedTaskOptions): Task {
    this.#serial += 1;
    const task = createTask(options.id ?? `video_${1_000_000_000 + this.#serial}`, options);
    const file = task.video && {
      bytes: task.video,
      etag: `"${this.#serial}-${task.video.length}"`,
      lastModified: new Date(task.created * 1000).toUTCString(),
    };
    this.#tasks.set(task.id, { task, file });
    return task;
  }

  expireVideoUrls(): void {
    this.#expiries += 1;
  }

  reset(): void {
    this.#tasks.clear();
    this.faults.clear();
    this.requests.length = 0;
    this.#expiries = 0;
  }

  /** Answers a request that came in at these addresses. */
  answer(call: Call, addresses: Addresses): Reply {
    const cors = {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': EXPOSED,
    };
    // A browser's question about the request to come is not a request: it is not recorded and meets no fault.
    if (call.method === 'OPTIONS') {
      const allowed = call.headers.get('access-control-request-headers') ?? '*';
      const methods = 'GET, HEAD, OPTIONS';
      const headers = { 'access-control-allow-methods': methods, 'access-control-allow-headers': allowed };
      return { status: 204, headers: { ...cors, ...headers }, body: null };
    }
    const on = call.url.origin === addresses.filesUrl ? 'video' : 'api';
    const id = this.#idOf(call.url, on, addresses);
    const fault = this.faults.take(on, id);
    const reply = this.#meet(fault, () =>
      on === 'video' ? this.#answerFile(call, id) : this.#answerApi(call, id, addresses, fault === undefined),
    );
    this.#record(call, on, id, reply);
    const hasBody = call.method !== 'HEAD' && !NO_BODY_STATUSES.includes(reply.status);
    const complete = { ...reply, headers: { ...reply.headers, ...cors } };
    return hasBody ? complete : withoutBody(complete);
  }

  #meet(fault: EmulatedFault | undefined, answer: () => Reply): Reply {
    if (fault === undefined) return answer();
    return typeof fault === 'object' ? faultReply(fault) : { ...answer(), broken: fault };
  }

  #idOf(url: URL, on: 'api' | 'video', { baseUrl }: Addresses): string | null {
    const start = on === 'video' ? '/' : `${new URL(baseUrl).pathname.replace(/\/$/, '')}/v1/result/`;
    const end = on === 'video' ? '.mp4' : '';
    const { pathname } = url;
    if (!pathname.startsWith(start) || !pathname.endsWith(end)) return null;
    const part = pathname.slice(start.length, pathname.length - end.length);
    return part === '' || part.includes('/') ? null : decode(part);
  }

  #answerApi(
    { method, url, headers }: Call,
    id: string | null,
    addresses: Addresses,
    counts: boolean,
  ): Reply {
    const { apiKey, onUnknownId } = this.#settings;
    if (apiKey !== null && headers.get('authorization') !== `Bearer ${apiKey}`) {
      return jsonReply(401, { message: 'Missing or wrong API key' });
    }
    const isRead = method === 'GET' || method === 'HEAD';
    if (isRead && id !== null && !this.#tasks.has(id)) {
      const options = onUnknownId(id);
      if (options !== undefined) this.addTask({ ...options, id } as EmulatedTaskOptions);
    }
    const task = isRead && id !== null ? this.#tasks.get(id)?.task : undefined;
    if (task === undefined) {
      return jsonReply(404, { message: `No handler found for ${method} ${url.pathname}` });
    }
    if (counts) task.look();
    return jsonReply(200, task.toWire(this.videoUrl(task.id, addresses)));
  }

  videoUrl(id: string, { filesUrl }: Addresses): string {
    const signature = this.#expiries === 0 ? '' : `?signature=${this.#expiries}`;
    return `${filesUrl}/${encodeURIComponent(id)}.mp4${signature}`;
  }

  #answerFile(call: Call, id: string | null): Reply {
    const { method, url, headers } = call;
    if (headers.has('authorization') || headers.has('cookie')) {
      return textReply(
        400,
        'This host takes no Authorization and no Cookie: the API key is for the API only.',
      );
    }
    const file = id === null || (method !== 'GET' && method !== 'HEAD') ? null : this.#tasks.get(id)?.file;
    if (!file) return textReply(404, 'There is no such file.');
    const signature = Number(url.searchParams.get('signature') ?? 0);
    if (signature !== this.#expiries) return textReply(403, 'This URL has expired.');
    return fileReply(call, file);
  }

  #record({ method, url, headers }: Call, on: 'api' | 'video', id: string | null, reply: Reply): void {
    const visible = [...headers].filter(([name]) => !SECRET.test(name));
    const status = reply.broken === 'reset' || reply.broken === 'timeout' ? null : reply.status;
    this.requests.push({
      on,
      method,
      url: url.href,
      id,
      time: Date.now(),
      status,
      headers: Object.fromEntries(visible),
    });
  }
}

export function checkSettings(options: Partial<Record<keyof ServiceSettings, unknown>>): void {
  const { apiKey, onUnknownId, random } = options;
  if (apiKey !== undefined && apiKey !== null && (typeof apiKey !== 'string' || apiKey === '')) {
    throw wrongKind('apiKey', typeof apiKey, 'a string, or null to accept any key');
  }
  for (const [name, value] of Object.entries({ onUnknownId, random })) {
    if (value !== undefined && typeof value !== 'function') throw wrongKind(name, value, 'a function');
  }
}
