// The service and its file host, without a transport.

import { parseJson } from '../internal/read-reply.ts';
import type { CreateVideoRequest } from '../options/create-options.ts';
import { aboutReply } from './about-reply.ts';
import { preflightReply, withCors } from './cors.ts';
import { type EmulatorReply, jsonReply, textReply } from './emulator-reply.ts';
import { type Addresses, type EmulatorRequest, type Route, routeOf } from './emulator-request.ts';
import { Faults, refusedKeyReply } from './faults.ts';
import { fileReply, type StoredFile, storeFile } from './file.ts';
import { createTask, type EmulatedTask, type EmulatedTaskOptions, type Task } from './task.ts';
import { validateCreate } from './validate-create.ts';

/** A request that the emulator has received. Keys and cookies are left out. */
export interface EmulatedRequest {
  /** Whether it went to the API or to the host of the files. */
  readonly on: 'api' | 'video';
  /** The HTTP method, in capitals. */
  readonly method: string;
  /** The whole URL. */
  readonly url: string;
  /** The task that it was about, or that it made; null if there is none. */
  readonly id: string | null;
  /** When it came: Unix time in milliseconds. */
  readonly time: number;
  /** The HTTP status of the reply; null if a fault left it without one. */
  readonly status: number | null;
  /** Its headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its body: read as JSON if it is JSON, else as text; null if it has none. */
  readonly body: unknown;
}

/** What happens to a task that is created over HTTP. */
export type EmulatedScenario = EmulatedTaskOptions & {
  /**
   * The form of the reply to the create: the task, or `{ code: '0', msg: null, data: { projectId } }`, as in older days.
   *
   * @default 'task'
   */
  reply?: 'task' | 'projectId' | undefined;
};

/** What the service is set up with. */
export interface ServiceSettings {
  readonly apiKey: string | null;
  readonly onUnknownId: (id: string) => Omit<EmulatedTaskOptions, 'id'> | undefined;
  readonly random: () => number;
}

/** A reply, and the task that it is about. */
interface Handled {
  readonly reply: EmulatorReply;
  readonly id: string | null;
}

type ScenarioOf = (request: CreateVideoRequest) => EmulatedScenario | undefined;

/** Headers that may hold a key. */
const SECRET = /authorization|cookie|key|token|secret/;

/** The first ids are a documented length: ten digits. */
const FIRST_ID = 1_000_000_001;

function parseBody(body: string): unknown {
  if (body === '') return null;
  const json = parseJson(body);
  return json === undefined ? body : json;
}

/** The documented service and its file host. */
export class EmulatedService {
  readonly requests: EmulatedRequest[] = [];
  readonly faults: Faults;
  readonly #settings: ServiceSettings;
  readonly #tasks = new Map<string, { task: Task; file: StoredFile | null }>();
  #scenarioOf: ScenarioOf = () => undefined;
  /** How many tasks there have ever been. */
  #taskCount = 0;
  /** How often the URLs of the files have expired. */
  #expiries = 0;

  constructor(settings: ServiceSettings) {
    this.#settings = settings;
    this.faults = new Faults(settings.random);
  }

  addTask(options: EmulatedTaskOptions, prefix = 'video'): Task {
    const task = createTask(options?.id ?? `${prefix}_${FIRST_ID + this.#taskCount}`, options);
    this.#taskCount += 1;
    const file = task.video && storeFile(task.video, task.created, this.#taskCount);
    this.#tasks.set(task.id, { task, file });
    return task;
  }

  onCreate(scenarioOf: ScenarioOf): void {
    this.#scenarioOf = scenarioOf;
  }

  expireVideoUrls(): void {
    this.#expiries += 1;
  }

  reset(): void {
    this.#tasks.clear();
    this.faults.clear();
    this.requests.length = 0;
    this.#expiries = 0;
    this.#scenarioOf = () => undefined;
  }

  /** Replies to a request that came in at these addresses. */
  replyTo(request: EmulatorRequest, addresses: Addresses): EmulatorReply {
    const route = routeOf(request, addresses.baseUrl);
    // A browser's preflight and a person's visit are not recorded, and meet no fault.
    if (request.method === 'OPTIONS') return preflightReply(request);
    if (route.name === 'about') return aboutReply(addresses, this.#settings.apiKey, this.#listTasks());

    const isLast = this.faults.isPending;
    const { reply, id } = this.#handle(request, route, addresses);
    this.#record(request, reply, id);
    const body = request.method === 'HEAD' ? null : reply.body;
    return { ...withCors(reply), body, isLast };
  }

  #listTasks(): EmulatedTask[] {
    return [...this.#tasks.values()].map(({ task }) => task);
  }

  #handle(request: EmulatorRequest, route: Route, addresses: Addresses): Handled {
    const fault = this.faults.take(request, route);
    if (fault !== undefined && 'reply' in fault) return { reply: fault.reply, id: route.id };
    const broken = fault?.broken;
    const handled =
      request.on === 'video'
        ? { reply: this.#sendFile(request, route.id), id: route.id }
        : this.#callApi(request, route, addresses, broken === undefined);
    return { ...handled, reply: { ...handled.reply, broken } };
  }

  #callApi(request: EmulatorRequest, route: Route, { filesUrl }: Addresses, isShown: boolean): Handled {
    const { apiKey } = this.#settings;
    if (apiKey !== null && request.headers.get('authorization') !== `Bearer ${apiKey}`) {
      return { reply: refusedKeyReply(), id: route.id };
    }
    if (route.name === 'create') return this.#create(request.body, filesUrl);
    if (route.name !== 'result') {
      const message = `No handler found for ${request.method} ${request.url.pathname}`;
      return { reply: jsonReply(404, { message }), id: null };
    }
    const task = this.#find(route.id);
    if (task === undefined)
      return { reply: jsonReply(404, { message: 'The task does not exist.' }), id: route.id };
    if (isShown) task.countPoll();
    return { reply: jsonReply(200, task.toReply(this.#videoUrl(task, filesUrl))), id: route.id };
  }

  #create(body: string, filesUrl: string): Handled {
    const read = validateCreate(body);
    if ('refusal' in read) return { reply: read.refusal, id: null };
    const { model, duration } = read.request;
    const { reply = 'task', ...options } = this.#scenarioOf(read.request) ?? {};
    const isCompleted = (options.outcome ?? 'completed') === 'completed';
    const made = isCompleted ? { model, actualDuration: duration } : { model };
    const task = this.addTask(
      { ...made, ...options } as EmulatedTaskOptions,
      reply === 'task' ? 'video' : 'proj',
    );
    const value =
      reply === 'task'
        ? task.toCreateReply(this.#videoUrl(task, filesUrl))
        : { code: '0', msg: null, data: { projectId: task.id } };
    return { reply: jsonReply(200, value), id: task.id };
  }

  #find(id: string): Task | undefined {
    const task = this.#tasks.get(id)?.task;
    if (task !== undefined) return task;
    const options = this.#settings.onUnknownId(id);
    return options ? this.addTask({ ...options, id } as EmulatedTaskOptions) : undefined;
  }

  #videoUrl({ id }: Task, filesUrl: string): string {
    const signature = this.#expiries === 0 ? '' : `?signature=${this.#expiries}`;
    return `${filesUrl}/${encodeURIComponent(id)}.mp4${signature}`;
  }

  #sendFile({ url, headers }: EmulatorRequest, id: string | null): EmulatorReply {
    if (headers.has('authorization') || headers.has('cookie')) {
      return textReply(400, 'Files take no Authorization and no Cookie: the key is for the API alone.');
    }
    const file = id === null ? null : this.#tasks.get(id)?.file;
    if (!file) return textReply(404, 'There is no such file.');
    const signature = Number(url.searchParams.get('signature'));
    if (signature !== this.#expiries) return textReply(403, 'This URL has expired.');
    return fileReply(headers, file);
  }

  #record(
    { on, method, url, headers, body }: EmulatorRequest,
    { broken, status }: EmulatorReply,
    id: string | null,
  ): void {
    this.requests.push({
      on,
      method,
      url: url.href,
      id,
      time: Date.now(),
      status: broken === 'reset' || broken === 'timeout' ? null : status,
      headers: Object.fromEntries([...headers].filter(([name]) => !SECRET.test(name))),
      body: parseBody(body),
    });
  }
}
