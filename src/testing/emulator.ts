// The emulator as its users see it.

import { resolveBaseUrl } from '../options/base-url.ts';
import type { CreateVideoRequest } from '../options/create-options.ts';
import { DOCUMENTED_BASE_URL } from '../options/defaults.ts';
import {
  aFunction,
  type Checks,
  checkedLater,
  checkOptions,
  inRange,
  wrongType,
} from '../options/validate.ts';
import { type EmulatedRequest, type EmulatedScenario, EmulatedService } from './emulated-service.ts';
import { pathOf } from './emulator-request.ts';
import type { EmulatedFaultOptions } from './faults.ts';
import { fetchReply } from './fetch.ts';
import { mswHandler } from './msw.ts';
import { listen, type VideosEmulatorServer } from './server.ts';
import type { EmulatedTask, EmulatedTaskOptions } from './task.ts';

/** Options of {@link createVideosEmulator}. */
export interface VideosEmulatorOptions {
  /**
   * The key that the API takes; `null` for any key, and none. Another key is refused as the service refuses one: with
   * HTTP 200 and `{"code":"204","msg":"登录验证失败"}`.
   *
   * @default 'test-key'
   */
  apiKey?: string | null | undefined;
  /**
   * Where `fetch` and `handlers()` play the service. `listen()` has an origin of its own and keeps the path.
   *
   * @default the documented base, as the client's
   */
  baseUrl?: string | undefined;
  /**
   * Called with an id that no task has. The options that it returns are added as a task; `undefined` is a 404.
   *
   * @default nothing
   */
  onUnknownId?: ((id: string) => Omit<EmulatedTaskOptions, 'id'> | undefined) | undefined;
  /** A source of numbers from 0 to 1, for the faults that have a `rate`. @default Math.random */
  random?: (() => number) | undefined;
}

/** Options of {@link VideosEmulator.listen}. */
export interface ListenOptions {
  /** The address to listen on; `'0.0.0.0'` or `'::'` for every address of the machine. @default '127.0.0.1' */
  host?: string | undefined;
  /** The API's port; 0 for any free one. @default 0 */
  port?: number | undefined;
  /** The port of the files; 0 for any free one. @default 0 */
  filesPort?: number | undefined;
}

/** A local emulator of the service. Its functions need no `this`. */
export interface VideosEmulator {
  /** The API's base for `fetch` and `handlers()`. */
  readonly baseUrl: string;
  /** The origin of the files for `fetch` and `handlers()`: that of the documented example. */
  readonly filesUrl: string;
  /** Every request that was received, oldest first, without keys. Emptied by `reset()`. */
  readonly requests: readonly EmulatedRequest[];
  /**
   * Adds a task.
   *
   * @throws {@link TypeError} An option is unknown or of the wrong type.
   * @throws {@link RangeError} A number is out of range.
   *
   * @example
   * ```ts
   * emulator.addTask({ id: 'video_1', outcome: 'failed', error: 'The prompt was refused.', after: { polls: 2 } });
   * emulator.addTask({ id: 'video_2', outcome: 'cancelled' });
   * emulator.addTask({ id: 'video_3', after: { polls: 3 }, urlAfter: { polls: 5 } }); // completed, two polls without a URL
   * emulator.addTask({ id: 'video_4', envelope: 'success' });
   * ```
   */
  addTask(options?: EmulatedTaskOptions): EmulatedTask;
  /**
   * Scripts what happens to the tasks that are created over HTTP from here on. Without it, and if it returns
   * `undefined`, such a task completes at its third poll, with the `model` and the `duration` of the request.
   *
   * Requests are validated as documented before that. A wrong option in the scenario is thrown by the request.
   *
   * @example
   * ```ts
   * emulator.onCreate(({ prompt }) => (prompt.includes('cat') ? { after: { polls: 1 } } : { outcome: 'failed' }));
   * emulator.onCreate(() => ({ outcome: 'failed', after: { ms: 0 } })); // failed in the reply to the create
   * emulator.onCreate(() => ({ reply: 'projectId' })); // the older form of that reply
   * ```
   */
  onCreate(scenarioOf: (request: CreateVideoRequest) => EmulatedScenario | undefined): void;
  /**
   * Scripts a fault. Requests meet the faults in the order in which they were scripted. While one is to come,
   * connections are not used twice.
   *
   * @throws {@link TypeError} An option is unknown or of the wrong type.
   * @throws {@link RangeError} A number is out of range.
   *
   * @example
   * ```ts
   * emulator.fail({ times: 2, with: { status: 503 } });
   * emulator.fail({ with: { status: 429, retryAfter: 30 } });
   * emulator.fail({ with: { status: 422, body: { errors: [{ message: 'The prompt is too long.' }] } } });
   * emulator.fail({ id: 'video_1', with: 'unauthorized' });
   * emulator.fail({ on: 'video', with: 'truncated' });
   * emulator.fail({ on: 'create', with: 'reset' }); // the task is made, and the reply is lost
   * ```
   */
  fail(options: EmulatedFaultOptions): void;
  /** Lets every `video_url` given out so far expire: it replies 403, and the next poll returns a new one. */
  expireVideoUrls(): void;
  /** Forgets tasks, scenarios, faults and requests: for the time between two tests. */
  reset(): void;
  /**
   * The service as a function: the client's `fetch`. No network, no server, any runtime.
   *
   * Rejects as a real fetch does: with a `TypeError` for a broken connection or a host that the emulator does not
   * play, with `signal.reason` when aborted.
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /**
   * The service as two HTTP servers. Needs Node 20.19 or later, Bun or Deno. `GET /` of the API's origin says where
   * the API is, and which tasks there are.
   *
   * @throws {@link TypeError} An option is unknown or of the wrong type.
   * @throws {@link RangeError} A number is not a port.
   * @throws The system's error, if a port is in use (`EADDRINUSE`).
   */
  listen(options?: ListenOptions): Promise<VideosEmulatorServer>;
  /**
   * The service as handlers for MSW 2 (2.6.2 and later) and 3: `setupServer(...emulator.handlers())`, in Node or in
   * a browser. They reply for `baseUrl` and for the files, and leave every other request to the handlers after them.
   */
  // MSW's own type has private members, so that nothing but `any` fits without importing msw.
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  handlers(): any[];
}

/** The host of the documentation's example of a `video_url`. */
const FILES_URL = 'https://cdn.example.com';

const EMULATOR_OPTIONS: Checks<VideosEmulatorOptions> = {
  apiKey(name, value) {
    if (value === null || (typeof value === 'string' && value !== '')) return;
    throw wrongType(name, value, 'a string, or null for any key');
  },
  baseUrl: checkedLater,
  onUnknownId: aFunction,
  random: aFunction,
};

const aPort = inRange(
  'a whole number, 0 to 65535',
  (port) => Number.isInteger(port) && port >= 0 && port <= 65_535,
);

const LISTEN_OPTIONS: Checks<ListenOptions> = {
  host(name, value) {
    if (typeof value !== 'string' || value === '') throw wrongType(name, value, 'an address or a host name');
  },
  port: aPort,
  filesPort: aPort,
};

/**
 * A local emulator of the service, for tests without a key, a bill or a wait.
 *
 * @throws {@link TypeError} An option is unknown or of the wrong type.
 *
 * @example
 * ```ts
 * const emulator = createVideosEmulator();
 * emulator.addTask({ id: 'video_1', after: { polls: 3 } });
 * emulator.fail({ times: 2, with: { status: 503 } });
 * const client = new VideosClient({ apiKey: 'test-key', fetch: emulator.fetch });
 * ```
 */
export function createVideosEmulator(options?: VideosEmulatorOptions): VideosEmulator {
  const {
    apiKey = 'test-key',
    baseUrl = DOCUMENTED_BASE_URL,
    onUnknownId = () => undefined,
    random = Math.random,
  } = checkOptions(options, EMULATOR_OPTIONS);
  const addresses = { baseUrl: resolveBaseUrl(baseUrl), filesUrl: FILES_URL };
  const origins = [new URL(addresses.baseUrl).origin, addresses.filesUrl];
  const service = new EmulatedService({ apiKey, onUnknownId, random });

  const plays = (url: string) => origins.includes(new URL(url).origin);
  const fetch: VideosEmulator['fetch'] = async (input, init) => {
    const request = new Request(input, init);
    const { method, headers } = request;
    const url = new URL(request.url);
    if (!plays(request.url)) {
      throw new TypeError(`fetch failed: the emulator plays ${origins.join(' and ')} only, not ${url}`);
    }
    const on = url.origin === addresses.filesUrl ? 'video' : 'api';
    return fetchReply(request, (body) => service.replyTo({ on, method, url, headers, body }, addresses));
  };

  return {
    ...addresses,
    requests: service.requests,
    addTask: (task = {}) => service.addTask(task),
    onCreate(scenarioOf) {
      aFunction('onCreate', scenarioOf);
      service.onCreate(scenarioOf);
    },
    fail: (fault) => service.faults.add(fault),
    expireVideoUrls: () => service.expireVideoUrls(),
    reset: () => service.reset(),
    fetch,
    handlers: () => [mswHandler(plays, fetch)],
    async listen(options) {
      const { host = '127.0.0.1', port = 0, filesPort = 0 } = checkOptions(options, LISTEN_OPTIONS);
      const settings = { host, port, filesPort };
      return listen((request, at) => service.replyTo(request, at), pathOf(addresses.baseUrl), settings);
    },
  };
}
