import {
  ApiError,
  ConnectionError,
  RequestTimeoutError,
  type Video,
  type WaitOptions,
  waitForCompletion,
} from 'videos-client';
import { buildVideo } from 'videos-client/testing';
import { beforeEach, expect, it, vi } from 'vitest';

const EVENTS = ['visibilitychange', 'pageshow', 'resume', 'online'];

/** The parts of a page that a wait uses. */
class Page extends EventTarget {
  readonly document = { visibilityState: 'visible' };
  readonly navigator = { onLine: true };
  listeners = 0;

  override addEventListener(...args: Parameters<EventTarget['addEventListener']>): void {
    this.listeners++;
    super.addEventListener(...args);
  }

  override removeEventListener(...args: Parameters<EventTarget['removeEventListener']>): void {
    this.listeners--;
    super.removeEventListener(...args);
  }

  /** Makes this page the global scope. */
  open(): this {
    const { document, navigator } = this;
    const addEventListener = this.addEventListener.bind(this);
    const removeEventListener = this.removeEventListener.bind(this);
    const globals = { document, navigator, addEventListener, removeEventListener };
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
    return this;
  }

  /** Lets something happen to the page, and the wait take its next step. */
  async fire(event: string): Promise<void> {
    this.dispatchEvent(new Event(event));
    await vi.advanceTimersByTimeAsync(0);
  }
}

/** A wait with pauses of 60 s, of which `minInterval` is half; the polls get these responses, in order. */
function wait(...results: (Video | Error)[]) {
  return waitWith({}, ...results);
}

function waitWith(options: WaitOptions, ...results: (Video | Error)[]) {
  const polls: number[] = [];
  const start = Date.now();
  const controller = new AbortController();
  const getResult = async () => {
    polls.push(Date.now() - start);
    const result = results[polls.length - 1] ?? buildVideo({ status: 'processing' });
    if (result instanceof Error) throw result;
    return result;
  };
  const result = waitForCompletion({ getResult }, 'video_1', {
    minInterval: 30_000,
    maxInterval: 60_000,
    factor: 2,
    jitter: false,
    signal: controller.signal,
    ...options,
  });
  result.catch(() => {});
  return { polls, result, abort: () => controller.abort() };
}

const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));

const completed = buildVideo({ status: 'completed' });
const unreachable = new ConnectionError('No result.', { taskId: null, cause: undefined });
const lost = new RequestTimeoutError('No result.', { taskId: null, timeout: 1 });
const busy = (retryAfter: number | null) =>
  new ApiError('Busy.', {
    taskId: null,
    isTransient: true,
    status: 503,
    code: null,
    body: null,
    requestId: null,
    retryAfter,
  });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  return () => vi.useRealTimers();
});

it.each(EVENTS)(
  'a page that wakes polls at once on %s, when its last poll was minInterval ago',
  async (event) => {
    const page = new Page().open();
    const { polls, abort } = wait();
    await vi.advanceTimersByTimeAsync(30_000 + 40_000);
    await page.fire(event);
    // The schedule continues from there.
    await vi.advanceTimersByTimeAsync(60_000);
    abort();

    expect(polls).toEqual([0, 30_000, 70_000, 130_000]);
  },
);

it('a page that wakes never polls more often than minInterval, however fast its tabs are flipped', async () => {
  const page = new Page().open();
  const { polls, abort } = wait();
  for (let second = 0; second < 120; second++) {
    await vi.advanceTimersByTimeAsync(1_000);
    for (const event of EVENTS) await page.fire(event);
  }
  abort();

  expect(polls).toEqual([0, 30_000, 60_000, 90_000, 120_000]);
});

it.each([
  ['found no connection', unreachable],
  ['got no response in time', lost],
])('a page that wakes polls at once when it is back online and its last poll %s', async (_, error) => {
  const page = new Page().open();
  const { polls, result } = wait(error, completed);
  await vi.advanceTimersByTimeAsync(2_000);
  await page.fire('visibilitychange');
  expect(polls).toEqual([0]);

  await page.fire('online');
  expect(await result).toEqual(completed);
  expect(polls).toEqual([0, 2_000]);
});

it('a page that wakes does not poll when it is back online and the service has just responded, even with an error', async () => {
  const page = new Page().open();
  const { polls, abort } = wait(busy(null));
  await vi.advanceTimersByTimeAsync(29_999);
  await page.fire('online');
  abort();

  expect(polls).toEqual([0]);
});

it('a page that wakes does not poll before Retry-After is over', async () => {
  const page = new Page().open();
  const { polls, abort } = wait(busy(50_000), unreachable);
  await vi.advanceTimersByTimeAsync(49_999);
  for (const event of EVENTS) await page.fire(event);
  expect(polls).toEqual([0]);

  await vi.advanceTimersByTimeAsync(1);
  await page.fire('online');
  abort();
  expect(polls).toEqual([0, 50_000, 50_000]);
});

it('a page that wakes polls as soon as Retry-After is over, however long a callback took of that time', async () => {
  const page = new Page().open();
  const onPollError = () => sleep(40_000);
  const { polls, abort } = waitWith({ minInterval: 5_000, onPollError }, busy(50_000));
  await vi.advanceTimersByTimeAsync(49_999);
  await page.fire('visibilitychange');
  expect(polls).toEqual([0]);

  // The clock of its timers halts meanwhile.
  vi.setSystemTime(Date.now() + 1);
  await page.fire('visibilitychange');
  abort();
  expect(polls).toEqual([0, 50_000]);
});

it('a page that wakes does not poll while it is hidden, or has no network', async () => {
  const page = new Page().open();
  const { polls, abort } = wait();
  await vi.advanceTimersByTimeAsync(30_000 + 40_000);
  page.document.visibilityState = 'hidden';
  await page.fire('visibilitychange');
  page.document.visibilityState = 'visible';
  page.navigator.onLine = false;
  await page.fire('visibilitychange');
  abort();

  expect(polls).toEqual([0, 30_000]);
});

it('a page that wakes polls at once, also hidden, when it is back online', async () => {
  const page = new Page().open();
  page.document.visibilityState = 'hidden';
  const { polls, abort } = wait();
  await vi.advanceTimersByTimeAsync(30_000 + 40_000);
  await page.fire('online');
  abort();

  expect(polls).toEqual([0, 30_000, 70_000]);
});

it('a page that wakes polls at once after a sleep that halted the clock of its timers', async () => {
  const page = new Page().open();
  const { polls, abort } = wait();
  await vi.advanceTimersByTimeAsync(1_000);
  vi.setSystemTime(Date.now() + 3_600_000);
  await page.fire('visibilitychange');
  abort();

  expect(polls).toEqual([0, 3_601_000]);
});

it('a page that wakes has four listeners for all its waits while they pause, and none afterwards', async () => {
  const page = new Page().open();
  const waits = Array.from({ length: 5 }, () => wait());
  await vi.advanceTimersByTimeAsync(30_000 + 40_000);
  expect(page.listeners).toBe(4);

  await page.fire('pageshow');
  expect(waits.map(({ polls }) => polls.length)).toEqual([3, 3, 3, 3, 3]);
  expect(page.listeners).toBe(4);

  for (const { abort } of waits) abort();
  await Promise.allSettled(waits.map(({ result }) => result));
  expect(page.listeners).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

it('a page that wakes still makes the last poll at the deadline', async () => {
  const page = new Page().open();
  const polls: number[] = [];
  const start = performance.now();
  const getResult = async () => {
    polls.push(performance.now() - start);
    return buildVideo({ status: 'processing' });
  };
  const result = waitForCompletion({ getResult }, 'video_1', {
    minInterval: 30_000,
    maxInterval: 30_000,
    maxWait: 50_000,
    jitter: false,
  });
  result.catch(() => {});
  await vi.advanceTimersByTimeAsync(30_000);
  vi.setSystemTime(Date.now() + 3_600_000);
  await page.fire('visibilitychange');
  await vi.advanceTimersByTimeAsync(20_000);

  await expect(result).rejects.toMatchObject({ name: 'WaitTimeoutError' });
  expect(polls).toEqual([0, 30_000, 30_000, 50_000]);
});

it('a wait ends at once when it is aborted in its own callback', async () => {
  const controller = new AbortController();
  const getResult = async () => buildVideo({ status: 'processing' });
  const result = waitForCompletion({ getResult }, 'video_1', {
    signal: controller.signal,
    onUpdate: () => controller.abort('enough'),
  });

  await expect(result).rejects.toBe('enough');
  expect(vi.getTimerCount()).toBe(0);
});

it('a runtime without pages keeps waiting, even if a library has left a document behind', async () => {
  vi.stubGlobal('document', {});
  vi.stubGlobal('addEventListener', undefined);
  const { polls, abort } = wait();
  await vi.advanceTimersByTimeAsync(30_000);
  abort();
  expect(polls).toEqual([0, 30_000]);
});

it('a runtime without pages gets no listeners', async () => {
  const page = new Page();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  const { abort } = wait();
  await vi.advanceTimersByTimeAsync(1_000);
  abort();

  expect(page.listeners).toBe(0);
});
