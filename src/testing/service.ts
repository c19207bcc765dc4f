import { checkObject, wrongKind } from './check.ts';
import { preflightReply, withCors } from './cors.ts';
import { Faults, faultReply } from './faults.ts';
import { fileReply, type StoredFile, storeFile } from './file.ts';
import { type Call, jsonReply, type Reply, textReply } from './reply.ts';
import { createTask, type EmulatedTaskOptions, type Task } from './task.ts';

/** A request that the emulator has answered. Keys and cookies are left out. */
export interface EmulatedRequest {
  /** Whether it went to the API or to the host of the files. */
  readonly on: 'api' | 'video';
  /** The HTTP method, in capitals. */
  readonly method: string;
  /** The whole URL. */
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

/** A request, and what it asks for. */
interface Visit extends Call, Pick<EmulatedRequest, 'on' | 'id'> {
  readonly addresses: Addresses;
}

/** Headers that may hold a key. */
const SECRET = /authorization|cookie|key|token|secret/;

function readVisit(call: Call, addresses: Addresses): Visit {
  const { pathname, origin } = call.url;
  const on = origin === addresses.filesUrl ? 'video' : 'api';
  const start = on === 'video' ? '/' : `${pathOf(addresses.baseUrl)}/v1/result/`;
  const end = on === 'video' ? '.mp4' : '';
  const isKnown = pathname.startsWith(start) && pathname.endsWith(end);
  const part = pathname.slice(start.length, pathname.length - end.length);
  return { ...call, addresses, on, id: isKnown && !part.includes('/') ? decode(part) : null };
}

/** The path of a base URL, without a trailing slash. */
export function pathOf(baseUrl: string): string {
  return new URL(baseUrl).pathname.replace(/\/$/, '');
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part) || null;
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
  /** How many tasks there have ever been. */
  #serial = 0;
  /** How often the URLs of the files have expired. */
  #expiries = 0;

  constructor(settings: ServiceSettings) {
    this.#settings = settings;
    this.faults = new Faults(settings.random);
  }

  addTask(options: EmulatedTaskOptions): Task {
    checkObject('task', options);
    this.#serial += 1;
    const task = createTask(options.id ?? `video_${1_000_000_000 + this.#serial}`, options);
    const file = task.video && storeFile(task.video, task.created, this.#serial);
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
    // No request of the client's own: it is not recorded and meets no fault.
    if (call.method === 'OPTIONS') return preflightReply(call);
    const visit = readVisit(call, addresses);
    const reply = withCors(this.#answer(visit));
    this.#record(visit, reply);
    return call.method === 'HEAD' ? { ...reply, body: null } : reply;
  }

  #answer(visit: Visit): Reply {
    const fault = this.faults.take(visit.on, visit.id);
    if (typeof fault === 'object') return faultReply(fault);
    if (visit.on === 'video') return { ...this.#answerFile(visit), broken: fault };
    return { ...this.#answerApi(visit, fault === undefined), broken: fault };
  }

  #answerApi({ method, url, headers, id, addresses }: Visit, isLook: boolean): Reply {
    const { apiKey } = this.#settings;
    if (apiKey !== null && headers.get('authorization') !== `Bearer ${apiKey}`) {
      return jsonReply(401, { message: 'The API key is missing or wrong.' });
    }
    const task = method === 'GET' && id !== null ? this.#find(id) : undefined;
    if (task === undefined) {
      return jsonReply(404, { message: `No handler found for ${method} ${url.pathname}` });
    }
    if (isLook) task.look();
    const signature = this.#expiries === 0 ? '' : `?signature=${this.#expiries}`;
    const videoUrl = `${addresses.filesUrl}/${encodeURIComponent(task.id)}.mp4${signature}`;
    return jsonReply(200, task.toWire(videoUrl));
  }

  #find(id: string): Task | undefined {
    const task = this.#tasks.get(id)?.task;
    if (task !== undefined) return task;
    const options = this.#settings.onUnknownId(id);
    return options ? this.addTask({ ...options, id } as EmulatedTaskOptions) : undefined;
  }

  #answerFile({ method, url, headers, id }: Visit): Reply {
    if (headers.has('authorization') || headers.has('cookie')) {
      return textReply(400, 'Files take no Authorization and no Cookie: the key is for the API alone.');
    }
    const isRead = method === 'GET' || method === 'HEAD';
    const file = isRead && id !== null ? this.#tasks.get(id)?.file : null;
    if (!file) return textReply(404, 'There is no such file.');
    const signature = Number(url.searchParams.get('signature'));
    if (signature !== this.#expiries) return textReply(403, 'This URL has expired.');
    return fileReply(headers, file);
  }

  #record({ on, method, url, id, headers }: Visit, { broken, status }: Reply): void {
    this.requests.push({
      on,
      method,
      url: url.href,
      id,
      time: Date.now(),
      status: broken === 'reset' || broken === 'timeout' ? null : status,
      headers: Object.fromEntries([...headers].filter(([name]) => !SECRET.test(name))),
    });
  }
}

export function checkSettings(options: Partial<Record<keyof ServiceSettings, unknown>>): void {
  const { apiKey, onUnknownId, random } = options;
  if (apiKey !== undefined && apiKey !== null && (typeof apiKey !== 'string' || apiKey === '')) {
    throw wrongKind('apiKey', apiKey, 'a string, or null to accept any key');
  }
  for (const [name, value] of Object.entries({ onUnknownId, random })) {
    if (value !== undefined && typeof value !== 'function') throw wrongKind(name, value, 'a function');
  }
}
