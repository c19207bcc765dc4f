import { VideoFailedError, type WaitOptions, waitForCompletion } from 'videos-client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { play, type Step } from './helpers/fetch-service.ts';
import { completed, failed, ID, processing, queued } from './helpers/task.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** When the polls of a wait come, for a service that completes with the last of so many. */
async function pollTimes(polls: number, polling: WaitOptions, options?: WaitOptions): Promise<number[]> {
  const steps = Array.from(
    { length: polls },
    (_, index): Step => (index + 1 < polls ? processing : completed),
  );
  const { client, times } = play(...steps);
  const wait = client({ polling }).waitForCompletion(ID, options);
  await vi.runAllTimersAsync();
  await wait;
  return times;
}

it('the schedule polls at once, then after 30, 45, 60 and 60 seconds if there is no jitter', async () => {
  const times = await pollTimes(5, { jitter: false });
  expect(times).toEqual([0, 30_000, 75_000, 135_000, 195_000]);
});

it('the schedule spreads the pauses by default, and never leaves 30 to 60 seconds', async () => {
  const random = vi.spyOn(Math, 'random');
  random.mockReturnValue(0.9);
  expect(await pollTimes(4, {})).toEqual([0, 34_800, 87_000, 147_000]);
  random.mockReturnValue(0);
  expect(await pollTimes(4, {})).toEqual([0, 30_000, 66_000, 114_000]);
  random.mockReturnValue(0.5);
  expect(await pollTimes(4, {})).toEqual([0, 30_000, 75_000, 135_000]);
});

it('the schedule makes one request, and no pause, for a task that has already completed', async () => {
  const { client, times } = play(completed);
  await expect(client().waitForCompletion(ID)).resolves.toMatchObject({ status: 'completed' });
  expect(times).toEqual([0]);
  expect(vi.getTimerCount()).toBe(0);
});

it('the schedule counts a pause from the end of the poll before it', async () => {
  const slow = async () => {
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    return Response.json(processing);
  };
  const { client, times } = play(slow, slow, completed);
  const wait = client().waitForCompletion(ID, { jitter: false });
  await vi.runAllTimersAsync();
  await wait;
  expect(times).toEqual([0, 34_000, 83_000]);
});

const cases: [string, WaitOptions, WaitOptions | undefined, number[]][] = [
  ['a longer minInterval moves the default maxInterval', {}, { minInterval: 90_000 }, [90, 90, 90]],
  ['a shorter maxInterval moves the default minInterval', {}, { maxInterval: 10_000 }, [10, 10, 10]],
  ["the client's minInterval moves the default too", { minInterval: 90_000 }, undefined, [90, 90, 90]],
  ["the client's maxInterval moves the default too", { maxInterval: 10_000 }, undefined, [10, 10, 10]],
  ["the client's defaults hold", { minInterval: 8_000, maxInterval: 18_000 }, {}, [8, 12, 18]],
  [
    "a call's minInterval beyond the client's maxInterval moves it",
    { minInterval: 40_000, maxInterval: 50_000 },
    { minInterval: 70_000 },
    [70, 70, 70],
  ],
  [
    "a call's maxInterval below the client's minInterval moves it",
    { minInterval: 40_000, maxInterval: 50_000 },
    { maxInterval: 20_000 },
    [20, 20, 20],
  ],
  [
    "a call's minInterval within the client's bounds leaves maxInterval alone",
    { minInterval: 10_000, maxInterval: 50_000 },
    { minInterval: 40_000 },
    [40, 50, 50],
  ],
  [
    "a call's maxInterval below a minInterval that moved the default moves it back",
    { minInterval: 90_000 },
    { maxInterval: 45_000 },
    [45, 45, 45],
  ],
  [
    "a call's maxInterval restores a default that the client's had moved",
    { maxInterval: 10_000 },
    { maxInterval: 60_000 },
    [30, 45, 60],
  ],
  [
    "a call's minInterval restores a default that the client's had moved",
    { minInterval: 90_000 },
    { minInterval: 40_000, factor: 2 },
    [40, 60, 60],
  ],
  [
    "a call's two bounds replace the client's",
    { minInterval: 100_000, maxInterval: 200_000 },
    { minInterval: 4_000, maxInterval: 6_000 },
    [4, 6, 6],
  ],
  [
    "a call's factor leaves the client's bounds alone",
    { minInterval: 10_000, maxInterval: 40_000 },
    { factor: 2 },
    [10, 20, 40],
  ],
  [
    'undefined counts as not given',
    { minInterval: 8_000 },
    { minInterval: undefined, maxInterval: undefined, factor: undefined },
    [8, 12, 18],
  ],
  ['equal bounds are no contradiction', {}, { minInterval: 20_000, maxInterval: 20_000 }, [20, 20, 20]],
];

it.each(cases)('%s', async (_, polling, options, seconds) => {
  const times = await pollTimes(4, { jitter: false, ...polling }, options);
  expect(times.slice(1).map((time, poll) => (time - (times[poll] ?? 0)) / 1000)).toEqual(seconds);
});

it('a wait refuses bounds that cross in one place, before any request', async () => {
  const { client, requests } = play(completed);
  const crossed = { minInterval: 60_000, maxInterval: 30_000 };
  expect(() => client({ polling: crossed })).toThrow(
    new RangeError('Invalid option polling.minInterval: 60000. Expected at most maxInterval, 30000.'),
  );
  await expect(client().waitForCompletion(ID, crossed)).rejects.toThrow(
    new RangeError('Invalid option minInterval: 60000. Expected at most maxInterval, 30000.'),
  );
  expect(requests).toEqual([]);
});

it('onUpdate is called with the video of every poll, in order, the last one included', async () => {
  const { client } = play(queued, processing, completed);
  const statuses: string[] = [];
  const wait = client().waitForCompletion(ID, { onUpdate: ({ status }) => statuses.push(status) });
  await vi.runAllTimersAsync();
  await wait;
  expect(statuses).toEqual(['queued', 'processing', 'completed']);
});

it('onUpdate is called without a this, through which it could change the settings of other waits', async () => {
  const seen: unknown[] = [];
  function onUpdate(this: unknown) {
    seen.push(this);
  }
  const { client } = play(processing, completed);
  const wait = client({ polling: { onUpdate } }).waitForCompletion(ID);
  await vi.runAllTimersAsync();
  await wait;
  expect(seen).toEqual([undefined, undefined]);
});

it('onUpdate is called with a failed task, before the wait rejects', async () => {
  const { client } = play(failed);
  const onUpdate = vi.fn();
  await failureOf(client().waitForCompletion(ID, { onUpdate }));
  expect(onUpdate.mock.calls).toEqual([
    [
      { ...failed, actualDuration: null },
      { id: ID, polls: 1, elapsed: 0, nextPollIn: null, deadlineIn: 1_800_000 },
    ],
  ]);
});

it('onUpdate is awaited: one that takes longer than the pause is followed by the next poll at once', async () => {
  const { client, times } = play(queued, completed);
  const onUpdate = () => new Promise((resolve) => setTimeout(resolve, 37_000));
  const wait = client().waitForCompletion(ID, { onUpdate, jitter: false });
  await vi.runAllTimersAsync();
  await wait;
  expect(times).toEqual([0, 37_000]);
});

it.each([
  [
    'throws',
    () => {
      throw 'mine';
    },
  ],
  ['rejects', () => Promise.reject('mine')],
])('onUpdate ends the wait with the very error when it %s', async (_, onUpdate) => {
  const { client, requests } = play(queued);
  expect(await failureOf(client().waitForCompletion(ID, { onUpdate }))).toBe('mine');
  await vi.runAllTimersAsync();
  expect(requests).toHaveLength(1);
});

it("onUpdate of the call takes the place of the client's", async () => {
  const { client } = play(completed);
  const [ofClient, ofCall] = [vi.fn(), vi.fn()];
  const patient = client({ polling: { onUpdate: ofClient } });
  await patient.waitForCompletion(ID);
  expect(ofClient).toHaveBeenCalledTimes(1);
  await patient.waitForCompletion(ID, { onUpdate: ofCall });
  expect(ofClient).toHaveBeenCalledTimes(1);
  expect(ofCall).toHaveBeenCalledTimes(1);
});

it('waitForCompletion resolves with the completed video', async () => {
  const { client } = play(completed);
  expect(await client().waitForCompletion(ID)).toEqual(completed);
});

it('waitForCompletion rejects with VideoFailedError when the task has failed, which says why and what to do', async () => {
  const { client } = play(processing, failed);
  const failure = failureOf(client().waitForCompletion(ID));
  await vi.runAllTimersAsync();
  const error = (await failure) as VideoFailedError;
  expect(error).toBeInstanceOf(VideoFailedError);
  expect(error.video).toEqual({ ...failed, actualDuration: null });
  expect(error.message).toBe(
    'Failed to make the video of task video_1234567890: "Reference video exceeds maximum total duration of 15 seconds.". The task has ended. Fix the reported problem, then create a new task.',
  );
});

it('waitForCompletion says so when the service gives no reason for a failure', async () => {
  const { client } = play({ id: ID, status: 'failed' });
  await expect(client().waitForCompletion(ID)).rejects.toThrow(
    'the service gave no reason. The task has ended. Create a new task.',
  );
});

it.each([queued, processing, completed, failed])(
  'getResult returns the task whatever its status: $status',
  async (reply) => {
    const { client, requests } = play(reply);
    expect(await client().getResult(ID)).toMatchObject({ id: ID, status: reply.status });
    expect(requests).toHaveLength(1);
  },
);

it('the defaults of a custom client count as not set if they are undefined', async () => {
  const { client, times } = play(processing, completed);
  const polling = { minInterval: undefined, maxInterval: undefined, maxWait: undefined };
  const getResult = (id: string) => client().getResult(id);
  const wait = waitForCompletion({ getResult, polling } as never, ID, { jitter: false });
  await vi.runAllTimersAsync();
  await wait;
  expect(times).toEqual([0, 30_000]);
});

it('the function waitForCompletion waits with any object that has getResult, and by its defaults', async () => {
  const client = play(completed).client();
  const polls: string[] = [];
  const start = performance.now();
  const source = {
    polling: { minInterval: 5_000, maxInterval: 5_000 },
    getResult(id: string) {
      polls.push(`${id} after ${performance.now() - start} ms`);
      return polls.length < 3 ? play(queued).client().getResult(id) : client.getResult(id);
    },
  };
  const wait = waitForCompletion(source, ID);
  await vi.runAllTimersAsync();
  expect(await wait).toEqual(completed);
  expect(polls).toEqual([0, 5_000, 10_000].map((ms) => `${ID} after ${ms} ms`));
});

it.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [{}, 'of type object'],
  ['the-api-key', 'of type string'],
])('the function waitForCompletion refuses %j in place of a client', async (client, what) => {
  await expect(waitForCompletion(client as never, ID)).rejects.toThrow(
    new TypeError(`Invalid client: it is ${what}. Expected a VideosClient, or an object with getResult.`),
  );
});

it('watch yields the video of every poll on the same schedule, the final one included, then ends', async () => {
  const { client, times } = play(queued, processing, completed);
  const statuses: string[] = [];
  const watching = (async () => {
    for await (const { status } of client().watch(ID, { jitter: false })) statuses.push(status);
  })();
  await vi.runAllTimersAsync();
  await watching;
  expect(statuses).toEqual(['queued', 'processing', 'completed']);
  expect(times).toEqual([0, 30_000, 75_000]);
});

it('watch yields a failed task and ends, without an error', async () => {
  const { client, requests } = play(failed);
  const statuses: string[] = [];
  for await (const { status } of client().watch(ID)) statuses.push(status);
  expect(statuses).toEqual(['failed']);
  expect(requests).toHaveLength(1);
});

it('watch sends nothing before it is read', async () => {
  const { client, requests } = play(completed);
  client().watch(ID);
  await vi.runAllTimersAsync();
  expect(requests).toEqual([]);
});
