import fc from 'fast-check';
import { decideAfterPoll, type PollHistory, parseVideo, type VideosError } from 'videos-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { errorOf, play, type Step } from './helpers/fetch-service.ts';
import { completed, ID, processing, task } from './helpers/task.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What a poll can come back with. */
const REPLIES = {
  ok: () => Response.json(processing),
  done: () => Response.json(completed),
  '401': () => Response.json({ message: 'Unauthorized' }, { status: 401 }),
  '404': () => Response.json({ message: 'No such task' }, { status: 404 }),
  route: () => Response.json({ message: 'No handler found for GET /v1' }, { status: 404 }),
  '400': () => new Response('Bad Request', { status: 400 }),
  '500': () => new Response(null, { status: 500 }),
  unreachable: () => Promise.reject(new TypeError('fetch failed')),
  'not a task': () => Response.json({ hello: 'world' }),
  'no url': () => Response.json(task({ status: 'completed', video_url: null })),
  image: () => Response.json(task({ object: 'image.generation' })),
} satisfies Record<string, Step>;
type Reply = keyof typeof REPLIES;

/** What the error of each reply is called. */
const NAMES: Partial<Record<Reply, string>> = {
  '401': 'AuthenticationError',
  '404': 'NotFoundError',
  route: 'NotFoundError',
  '400': 'ApiError',
  '500': 'ApiError',
  unreachable: 'ConnectionError',
  'not a task': 'InvalidResponseError',
  'no url': 'InvalidResponseError',
  image: 'InvalidResponseError',
};

const HOW_OFTEN: Partial<Record<Reply, number>> = {
  '500': Infinity,
  unreachable: Infinity,
  'not a task': Infinity,
};

/** After how many polls a wait ends, and how. */
function model(replies: readonly Reply[], maxFailures = 10, isNew = false): [number, string] {
  let [hasSucceeded, failures, seen] = [false, 0, [] as Reply[]];
  for (const [index, reply] of replies.entries()) {
    if (reply === 'done') return [index + 1, 'completed'];
    [hasSucceeded, failures, seen] =
      reply === 'ok' ? [true, 0, []] : [hasSucceeded, failures + 1, [...seen, reply]];
    if (reply === 'ok') continue;
    const isTwo = { '401': hasSucceeded || isNew, '404': isNew && !hasSucceeded, 'no url': true }[
      reply as '401'
    ];
    const limit = Math.min(isTwo ? 2 : 0, maxFailures - 1);
    if (!(reply in HOW_OFTEN) && seen.filter((other) => other === reply).length > limit)
      return [index + 1, reply];
    if (failures >= maxFailures) return [index + 1, 'PollingFailedError'];
  }
  return [replies.length, 'open'];
}

/** After how many polls a real wait ends, and how; each poll is one request. */
async function waitFor(replies: readonly Reply[], maxFailures = 10): Promise<[number, string]> {
  const { client, requests } = play(...replies.map((reply) => REPLIES[reply]), () => new Promise(() => {}));
  const stop = new AbortController();
  const polling = { minInterval: 1_000, maxInterval: 1_000, maxFailures, signal: stop.signal };
  const end = client({ maxRetries: 0, timeout: 1_000_000 })
    .waitForCompletion(ID, polling)
    .then(() => 'completed')
    .catch((error: unknown) => (error === stop.signal.reason ? 'open' : (error as Error).name));
  await vi.advanceTimersByTimeAsync(replies.length * 1_000);
  stop.abort('enough');
  const how = await end;
  return [how === 'open' ? replies.length : requests.length, how];
}

const named = ([polls, end]: [number, string]) => [polls, NAMES[end as Reply] ?? end];

const times = (count: number, ...replies: Reply[]) => Array.from({ length: count }, () => replies).flat();

const cases: [string, Reply[], number | undefined, [number, string]][] = [
  [
    'tolerates a 401 and a 500 by turns, after a successful poll',
    ['ok', '401', '500', '401', 'done'],
    undefined,
    [5, 'completed'],
  ],
  [
    'ends with the third 401 since the last successful poll, whatever is between them',
    ['ok', '401', '500', '401', '500', '401', 'done'],
    undefined,
    [6, 'AuthenticationError'],
  ],
  ['tolerates eight 500s and a 401', ['ok', ...times(8, '500'), '401', 'done'], undefined, [11, 'completed']],
  [
    'ends with PollingFailedError if the tenth failure is a tolerated 401',
    ['ok', ...times(9, '500'), '401'],
    undefined,
    [11, 'PollingFailedError'],
  ],
  ['ends with the first 401 if maxFailures is 1', ['ok', '401', 'done'], 1, [2, 'AuthenticationError']],
  [
    'ends with the second 401 if maxFailures is 2',
    ['ok', '401', '401', 'done'],
    2,
    [3, 'AuthenticationError'],
  ],
  [
    'ends with PollingFailedError if maxFailures is 2 and a 401 follows a 500',
    ['ok', '500', '401', 'done'],
    2,
    [3, 'PollingFailedError'],
  ],
  [
    'ends with the first 401 if no poll has succeeded',
    ['500', '401', 'done'],
    undefined,
    [2, 'AuthenticationError'],
  ],
  [
    'counts 401s from zero again after a successful poll',
    ['ok', ...times(3, '401', '401', 'ok'), 'done'],
    undefined,
    [11, 'completed'],
  ],
  [
    'ends with the third completed reply without a video_url',
    [...times(3, 'no url'), 'done'],
    undefined,
    [3, 'InvalidResponseError'],
  ],
  [
    'tolerates two completed replies without a video_url',
    [...times(2, 'no url'), 'done'],
    undefined,
    [3, 'completed'],
  ],
  [
    'counts a 401 and a missing video_url each by itself',
    ['ok', ...times(2, '401', 'no url'), 'done'],
    undefined,
    [6, 'completed'],
  ],
  ['ends at once with an unknown id', ['404', 'done'], undefined, [1, 'NotFoundError']],
  [
    'ends at once with an unknown id, also after a successful poll',
    ['ok', '404', 'done'],
    undefined,
    [2, 'NotFoundError'],
  ],
  [
    'ends at once with an image task, also after a successful poll',
    ['ok', 'image', 'done'],
    undefined,
    [2, 'InvalidResponseError'],
  ],
  ['ends at once with a 400', ['ok', '400', 'done'], undefined, [2, 'ApiError']],
  [
    'tolerates nine failures of any transient kind',
    [...times(3, '500', 'unreachable', 'not a task'), 'done'],
    undefined,
    [10, 'completed'],
  ],
  [
    'ends with PollingFailedError at the tenth transient failure',
    [...times(10, 'not a task'), 'done'],
    undefined,
    [10, 'PollingFailedError'],
  ],
  [
    'never ends with transient failures if maxFailures is Infinity',
    [...times(40, '500'), 'done'],
    Infinity,
    [41, 'completed'],
  ],
];
it.each(cases)('a wait %s', async (_, replies, maxFailures, expected) => {
  expect(await waitFor(replies, maxFailures)).toEqual(expected);
  expect(named(model(replies, maxFailures))).toEqual(expected);
});

it('a wait ends where a model of the table says, for any sequence of replies', async () => {
  const replies = fc.array(fc.constantFrom(...(Object.keys(REPLIES) as Reply[]), 'ok', 'ok', '401', '500'), {
    maxLength: 14,
  });
  const maxFailures = fc.constantFrom(1, 2, 3, 5, 10, Infinity);
  await fc.assert(
    fc.asyncProperty(replies, maxFailures, async (sequence, limit) => {
      expect(await waitFor(sequence, limit)).toEqual(named(model(sequence, limit)));
    }),
    { numRuns: 300 },
  );
});

it('a wait becomes a WaitTimeoutError at the deadline, with the tolerated failure as its cause', async () => {
  const { client } = play(REPLIES.ok, REPLIES['401']);
  const wait = failureOf(client({ maxRetries: 0 }).waitForCompletion(ID, { maxWait: 10_000 }));
  await vi.runAllTimersAsync();
  expect(await wait).toMatchObject({
    name: 'WaitTimeoutError',
    polls: 2,
    failedPolls: 1,
    lastVideo: { status: 'processing' },
    cause: { name: 'AuthenticationError' },
  });
});

it('a wait ends with the error itself at the deadline if it is not tolerated', async () => {
  const { client } = play(REPLIES.ok, REPLIES['404']);
  const wait = failureOf(client({ maxRetries: 0 }).waitForCompletion(ID, { maxWait: 10_000 }));
  await vi.runAllTimersAsync();
  expect(await wait).toMatchObject({ name: 'NotFoundError' });
});

describe('decideAfterPoll', () => {
  const errors = new Map<Reply, VideosError>();
  beforeEach(async () => {
    for (const reply of Object.keys(NAMES) as Reply[]) {
      if (!errors.has(reply))
        errors.set(reply, await failureOf(play(REPLIES[reply]).client({ maxRetries: 0 }).getResult(ID)));
    }
  });

  /** After how many polls it says to end, and how: errors and history as the objects they are, or as JSON. */
  function decide(
    replies: readonly Reply[],
    maxFailures: number,
    isNew: boolean,
    asJson: boolean,
  ): [number, string] {
    let history: PollHistory | undefined;
    const store = <T>(value: T): T => (asJson && value ? JSON.parse(JSON.stringify(value)) : value);
    for (const [index, reply] of replies.entries()) {
      if (reply === 'done') return [index + 1, 'completed'];
      const decision = decideAfterPoll(store(errors.get(reply) ?? null), history, { maxFailures, isNew });
      if (decision.action === 'throw') return [index + 1, reply];
      if (decision.action === 'giveUp') return [index + 1, 'PollingFailedError'];
      history = store(decision.history);
    }
    return [replies.length, 'open'];
  }

  it('decideAfterPoll decides as the model does, for any sequence, new tasks too, with what JSON keeps of errors and history', () => {
    const replies = fc.array(
      fc.constantFrom(...(Object.keys(REPLIES) as Reply[]), 'ok', '404', '401', '500'),
      { maxLength: 14 },
    );
    const maxFailures = fc.constantFrom(1, 2, 3, 5, 10);
    fc.assert(
      fc.property(replies, maxFailures, fc.boolean(), fc.boolean(), (sequence, limit, isNew, asJson) => {
        expect(decide(sequence, limit, isNew, asJson)).toEqual(model(sequence, limit, isNew));
      }),
      { numRuns: 2_000 },
    );
  });

  it('decideAfterPoll tolerates an unknown id twice if the task is new, until a poll has succeeded', () => {
    expect(decide(['404', '404', 'done'], 10, true, false)).toEqual([3, 'completed']);
    expect(decide(['404', '404', '404', 'done'], 10, true, false)).toEqual([3, '404']);
    expect(decide(['404', 'ok', '404', 'done'], 10, true, false)).toEqual([3, '404']);
    expect(decide(['route', 'done'], 10, true, false)).toEqual([1, 'route']);
  });

  it.each(['404', '401'] as const)(
    'decideAfterPoll tolerates no %s at the start if nothing says that the task is new',
    (reply) => {
      expect(decideAfterPoll(errors.get(reply)).action).toBe('throw');
      expect(decideAfterPoll(errors.get(reply), null, {}).action).toBe('throw');
    },
  );

  it('decideAfterPoll reads no error at all as a poll that succeeded', () => {
    const { history } = decideAfterPoll(errors.get('500'));
    expect(decideAfterPoll(undefined, history)).toEqual(decideAfterPoll(null, history));
  });

  it('decideAfterPoll tolerates two 401s from the start if the task is new: its create was answered', () => {
    expect(decide(['401', '401', 'done'], 10, true, false)).toEqual([3, 'completed']);
    expect(decide(['401', '401', '401', 'done'], 10, true, false)).toEqual([3, '401']);
  });

  it('decideAfterPoll reads a stored null as no history', () => {
    const error = { name: 'ApiError', isTransient: true };
    expect(decideAfterPoll(error, null)).toEqual(decideAfterPoll(error));
    expect(decideAfterPoll(null, null)).toEqual(decideAfterPoll(null));
  });

  it('decideAfterPoll gives up after ten failed polls by default, and reports the counts on the way', async () => {
    const error = errors.get('500');
    let decision = decideAfterPoll(error);
    expect(decision).toEqual({
      action: 'continue',
      history: { hasSucceeded: false, failures: 1, limited: {} },
    });
    for (let poll = 2; poll < 10; poll++) decision = decideAfterPoll(error, decision.history);
    expect(decision).toMatchObject({ action: 'continue', history: { failures: 9 } });
    expect(decideAfterPoll(error, decision.history)).toMatchObject({
      action: 'giveUp',
      history: { failures: 10 },
    });
    expect(decideAfterPoll(null, decision.history)).toEqual({
      action: 'continue',
      history: { hasSucceeded: true, failures: 0, limited: {} },
    });
  });

  it.each([new TypeError('a bug'), 'a string', {}, new Error('of a file system')])(
    'decideAfterPoll throws a value that is not a VideosError: %s',
    (error) => {
      expect(decideAfterPoll(error).action).toBe('throw');
    },
  );

  it('decideAfterPoll recognises a completed task without a usable video_url in an envelope and in upper case', async () => {
    const body = { code: '0', data: { id: ID, status: 'COMPLETED', video_url: '' } };
    const error = await errorOf(body);
    let history: PollHistory | undefined;
    for (const action of ['continue', 'continue', 'throw']) {
      const decision = decideAfterPoll(error, history);
      expect(decision.action).toBe(action);
      history = decision.history;
    }
  });

  it('decideAfterPoll counts a task in another status whose video_url is not a string as any other wrong reply', async () => {
    const error = await errorOf({ id: ID, status: 'processing', video_url: 5 });
    expect(error).toMatchObject({ name: 'InvalidResponseError', issues: [{ path: ['video_url'] }] });
    let decision = decideAfterPoll(error);
    for (let poll = 2; poll <= 4; poll++) decision = decideAfterPoll(error, decision.history);
    expect(decision).toMatchObject({ action: 'continue', history: { failures: 4, limited: {} } });
  });

  it('decideAfterPoll ends at once with a stored task that is wrong, which no poll can change', async () => {
    const error = await failureOf((async () => parseVideo({ id: ID }))());
    expect(decideAfterPoll(error).action).toBe('throw');
  });

  it('decideAfterPoll refuses wrong options', () => {
    expect(() => decideAfterPoll(null, undefined, { maxFailures: 0 })).toThrow(RangeError);
    expect(() => decideAfterPoll(null, undefined, { isNew: 1 as never })).toThrow(TypeError);
    expect(() => decideAfterPoll(null, undefined, { created: true } as never)).toThrow(TypeError);
  });
});

it.each([new Error('a bug'), { name: 'ApiError' }, { isTransient: true }])(
  'decideAfterPoll ends a wait, and counts nothing, if the error is not one of this package: %s',
  (error) => {
    const history = { hasSucceeded: true, failures: 1, limited: {} };
    expect(decideAfterPoll(error, history)).toEqual({ action: 'throw', history });
  },
);

it.each([
  [{ name: 'AuthenticationError', isTransient: false }, { authentication: 1 }],
  [{ name: 'NotFoundError', isTransient: false }, { notFound: 1 }],
  [
    { name: 'InvalidResponseError', isTransient: true, issues: [{}, { code: 'missing_video_url' }] },
    { missingUrl: 1 },
  ],
])('decideAfterPoll counts %j by a name that a stored history keeps', (error, limited) => {
  const { action, history } = decideAfterPoll(error, null, { isNew: true });
  expect([action, history]).toEqual(['continue', { hasSucceeded: false, failures: 1, limited }]);
});
