import { checkNumber, checkObject, wrongKind } from './check.ts';
import type { EmulatedFaultOptions } from './faults.ts';
import { fetchReply } from './fetch.ts';
import { mswHandler } from './msw.ts';
import { listen, type VideosEmulatorServer } from './server.ts';
import { checkSettings, type EmulatedRequest, pathOf, Service } from './service.ts';
import type { EmulatedTask, EmulatedTaskOptions } from './task.ts';

/** Options of {@link createVideosEmulator}. */
export interface VideosEmulatorOptions {
  /** The key that the API asks for; `null` accepts any key, and none. @default 'test-key' */
  apiKey?: string | null | undefined;
  /**
   * Where `fetch` and `handlers()` play the service. `listen()` has an origin of its own and keeps the path.
   *
   * @default the documented base, as the client's
   */
  baseUrl?: string | undefined;
  /**
   * Called when an id is asked for that no task has: what it returns is added as a task; nothing is a 404.
   *
   * @default nothing
   */
  onUnknownId?: ((id: string) => Omit<EmulatedTaskOptions, 'id'> | undefined) | undefined;
  /** A source of numbers from 0 to 1, for the faults that have a `rate`. @default Math.random */
  random?: (() => number) | undefined;
}

/** The documented service in a box. Its functions need no `this`. */
export interface VideosEmulator {
  /** The API's base for `fetch` and `handlers()`. */
  readonly baseUrl: string;
  /** The origin of the files for `fetch` and `handlers()`: that of the documented example. */
  readonly filesUrl: string;
  /** Every request that was answered, oldest first, without keys. Emptied by `reset()`. */
  readonly requests: readonly EmulatedRequest[];
  /**
   * Adds a task: `addTask({ id: 'video_1', outcome: 'failed', after: { polls: 2 } })`.
   *
   * @throws {TypeError} when an option is of the wrong kind
   * @throws {RangeError} when a number is out of range
   */
  addTask(options?: EmulatedTaskOptions): EmulatedTask;
  /**
   * Scripts a fault: `fail({ times: 2, with: { status: 503 } })`. Faults are met in the order in which they were scripted.
   *
   * @throws {TypeError} when an option is of the wrong kind
   * @throws {RangeError} when a number is out of range
   */
  fail(options: EmulatedFaultOptions): void;
  /** Lets every `video_url` given out so far expire: it answers 403, and the next look gives a new one. */
  expireVideoUrls(): void;
  /** Forgets tasks, faults and requests: for the time between two tests. */
  reset(): void;
  /**
   * The service as a function: the client's `fetch`. No network, no server, any runtime.
   *
   * Rejects as a real fetch does: with a `TypeError` for a broken connection or a host that the emulator does not
   * play, with `signal.reason` when aborted.
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /**
   * The service as two HTTP servers on loopback. Needs Node 20.16 or later, Bun or Deno.
   *
   * @param options.port the API's port; 0 is any free one. Default: 0
   * @throws {TypeError} when the port is not a number
   * @throws {RangeError} when it is not a port
   * @throws the system's error when it is in use (`EADDRINUSE`)
   */
  listen(options?: { port?: number | undefined }): Promise<VideosEmulatorServer>;
  /**
   * The service as handlers for MSW 2 (2.6.2 and later) and 3: `setupServer(...emulator.handlers())`, in Node or in
   * a browser. They answer for `baseUrl` and for the files, and leave every other request to the handlers after them.
   */
  // MSW's own type has private members, so that nothing but `any` fits without importing msw.
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  handlers(): any[];
}

/** The client's default base: its documentation's. */
const DOCUMENTED_BASE_URL = 'https://zcbservice.aizfw.cn/kyyReactApiServer';
/** The host of the documentation's example of a `video_url`. */
const FILES_URL = 'https://cdn.example.com';

function readBaseUrl(value: unknown): string {
  if (typeof value !== 'string' || !/^https?:/i.test(value) || !URL.canParse(value)) {
    throw wrongKind('baseUrl', value, 'an http or https URL');
  }
  return value.replace(/\/*(\/v1\/*)?$/, '');
}

/**
 * The documented service in a box, for tests without a key, a bill or a wait.
 *
 * @throws {TypeError} when an option is of the wrong kind
 *
 * @example
 * ```ts
 * const emulator = createVideosEmulator();
 * emulator.addTask({ id: 'video_1', after: { polls: 3 } });
 * emulator.fail({ times: 2, with: { status: 503 } });
 * const client = new VideosClient({ apiKey: 'test-key', fetch: emulator.fetch });
 * ```
 */
export function createVideosEmulator(options: VideosEmulatorOptions = {}): VideosEmulator {
  checkObject('options', options);
  checkSettings(options);
  const { apiKey = 'test-key', onUnknownId = () => undefined, random = Math.random } = options;
  const addresses = { baseUrl: readBaseUrl(options.baseUrl ?? DOCUMENTED_BASE_URL), filesUrl: FILES_URL };
  const origins = [new URL(addresses.baseUrl).origin, addresses.filesUrl];
  const service = new Service({ apiKey, onUnknownId, random });

  const plays = (url: string) => origins.includes(new URL(url).origin);
  const fetch: VideosEmulator['fetch'] = async (input, init) => {
    const request = new Request(input, init);
    const { method, url, headers } = request;
    if (!plays(url)) {
      throw new TypeError(`fetch failed: the emulator plays ${origins.join(' and ')} only, not ${url}`);
    }
    return fetchReply(request, () => service.answer({ method, url: new URL(url), headers }, addresses));
  };

  return {
    ...addresses,
    requests: service.requests,
    addTask: (task = {}) => service.addTask(task),
    fail: (fault) => service.faults.add(fault),
    expireVideoUrls: () => service.expireVideoUrls(),
    reset: () => service.reset(),
    fetch,
    handlers: () => [mswHandler(plays, fetch)],
    async listen(options = {}) {
      checkObject('options', options);
      const { port = 0 } = options;
      const isPort = (value: number) => Number.isInteger(value) && value >= 0 && value <= 65_535;
      checkNumber('port', port, 'a whole number, 0 to 65535', isPort);
      return listen((call, at) => service.answer(call, at), pathOf(addresses.baseUrl), port);
    },
  };
}
