import fc from 'fast-check';
import { InvalidResponseError, parseVideo, type Video, VideosClient } from 'videos-client';
import { afterEach, expect, it, onTestFinished, vi } from 'vitest';
import { startFastTime } from '../helpers/fast-time.ts';
import { hang, play, type Step } from '../helpers/fetch-service.ts';
import { HttpService } from '../helpers/http-service.ts';
import { completed, ID, processing } from '../helpers/task.ts';
import { STUBBORN, TRANSIENT } from './table.ts';

// Hundreds of waits each, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

afterEach(() => void vi.useRealTimers());

const STATUSES = ['queued', 'processing', 'completed', 'failed'];

type Outcome = 'processing' | 'transient' | 'stubborn';

/** What a service may do to a request, by what the rules make of it. */
const steps: Record<Outcome, Step[]> = {
  processing: [processing],
  transient: [
    () => new Response(null, { status: 500 }),
    () => new Response(null, { status: 503, headers: { 'retry-after': '7' } }),
    () => new Response(null, { status: 429 }),
    () => new Response(null, { status: 429, headers: { 'retry-after': '100' } }),
    () => new Response('<html></html>'),
    () => new Response(''),
    () => Promise.reject(new TypeError('fetch failed')),
    { code: 500, msg: 'not now', data: null },
    hang,
  ],
  stubborn: [{ status: 'processing' }, { id: ID, status: 'paused' }],
};
const anyStep = fc
  .constantFrom<Outcome>('processing', 'transient', 'transient', 'transient', 'stubborn')
  .chain((outcome) => fc.record({ outcome: fc.constant(outcome), step: fc.constantFrom(...steps[outcome]) }));

/** The rules, in so many words: what a wait makes of such a script, after which the task completes. */
function predict(script: readonly Outcome[], maxRetries: number, maxFailures: number) {
  const failures: number[] = [];
  let attempts = 0;
  let inRow = 0;
  for (const [index, outcome] of script.entries()) {
    attempts++;
    if (outcome === 'transient' && attempts <= maxRetries) continue;
    attempts = 0;
    inRow = outcome === 'processing' ? 0 : inRow + 1;
    if (inRow > 0) failures.push(inRow);
    if (inRow >= maxFailures) return { end: 'PollingFailedError', requests: index + 1, failures };
  }
  return { end: 'completed', requests: script.length + 1, failures };
}

const scripts = fc.array(anyStep, { maxLength: 25 });
const retries = fc.integer({ min: 0, max: 3 });

async function wait(script: readonly { step: Step }[], maxRetries: number, maxFailures: number) {
  vi.useFakeTimers();
  const { client, requests } = play(...script.map(({ step }) => step), completed);
  const failures: number[] = [];
  const end = client({ maxRetries })
    .waitForCompletion(ID, {
      maxWait: Number.POSITIVE_INFINITY,
      maxFailures,
      onPollError: (event) => failures.push(event.failures),
    })
    .then(
      ({ status }) => status,
      ({ name }: Error) => name,
    );
  await vi.runAllTimersAsync();
  return { end: await end, requests: requests.length, failures };
}

it('whatever a network does, a wait ends with the video if fewer than maxFailures polls in a row fail', async () => {
  await fc.assert(
    fc.asyncProperty(scripts, retries, async (script, maxRetries) => {
      const outcomes = script.map(({ outcome }) => outcome);
      const { failures } = predict(outcomes, maxRetries, Number.POSITIVE_INFINITY);
      const enough = Math.max(0, ...failures) + 1;
      const result = await wait(script, maxRetries, enough);
      expect(result).toEqual({ end: 'completed', requests: script.length + 1, failures });
    }),
  );
});

it('whatever a network does, a wait ends as the rules say, after exactly as many requests', async () => {
  await fc.assert(
    fc.asyncProperty(
      scripts,
      retries,
      fc.integer({ min: 1, max: 4 }),
      async (script, maxRetries, maxFailures) => {
        const outcomes = script.map(({ outcome }) => outcome);
        expect(await wait(script, maxRetries, maxFailures)).toEqual(
          predict(outcomes, maxRetries, maxFailures),
        );
      },
    ),
  );
});

it('whatever a network does, exactly the requests of the rules reach a real server', async () => {
  const faults = [...TRANSIENT, ...STUBBORN].filter(({ elsewhere }) => !elsewhere);
  const stopFastTime = startFastTime();
  onTestFinished(stopFastTime);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...faults), { maxLength: 12 }), async (script) => {
      await using service = await HttpService.start(...script.flatMap(({ turn }) => turn ?? []), completed);
      const client = new VideosClient({ apiKey: 'key', baseUrl: service.url, maxRetries: 0 });
      await client.waitForCompletion('video_1', { minInterval: 0, maxInterval: 0, maxFailures: 100 });
      expect(service.requests).toHaveLength(script.length + 1);
    }),
    { numRuns: 30 },
  );
});

const value = fc.jsonValue({ maxDepth: 3 });
const maybe = (...likely: unknown[]) => fc.oneof(fc.constantFrom(...likely, null, ''), value);
/** Tasks, nearly: every documented field, with values that are likely and ones that are not. */
const task = fc.record(
  {
    id: maybe(ID),
    object: maybe('video', 'image.generation'),
    created: maybe(1, '1761635478'),
    model: maybe('videos'),
    status: maybe(...STATUSES, 'COMPLETED'),
    video_url: maybe('https://cdn.example.com/1.mp4', 'ftp://cdn.example.com/1.mp4'),
    actualDuration: maybe(5, '5.5'),
    error: maybe('no', { message: 'no' }),
  },
  { requiredKeys: [] },
);
const envelope = fc.record(
  { code: maybe(0, '0', 200, 500, '401'), msg: value, data: task },
  { requiredKeys: ['data'] },
);
const reply = fc.oneof(value, task, envelope);

const nullOr = (type: string) => (field: unknown) => field === null || typeof field === type;

function expectValid(video: Video): void {
  expect(video.id.trim()).not.toBe('');
  expect(video.object).toBe('video');
  expect(STATUSES).toContain(video.status);
  expect(video.model).toSatisfy(nullOr('string'));
  expect(video.created).toSatisfy(nullOr('number'));
  expect(video.actualDuration).toSatisfy(
    video.status === 'completed' ? nullOr('number') : (it) => it === null,
  );
  expect(video.error).toSatisfy(video.status === 'failed' ? nullOr('string') : (it) => it === null);
  if (video.status === 'completed') expect(video.video_url).toMatch(/^https?:/i);
  else expect(video.video_url).toBeNull();
}

it('whatever JSON a service sends, parseVideo makes it a valid Video or an InvalidResponseError', () => {
  fc.assert(
    fc.property(reply, (json) => {
      try {
        expectValid(parseVideo(json));
      } catch (error) {
        if (!(error instanceof InvalidResponseError)) throw error;
        expect(error.issues.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 500 },
  );
});

it('whatever JSON a service sends, getResult makes it the same as parseVideo does, or the ApiError that an envelope reports', async () => {
  await fc.assert(
    fc.asyncProperty(reply, fc.constantFrom(200, 201, 299), async (json, status) => {
      const { client } = play(() => Response.json(json, { status }));
      try {
        expectValid(await client({ maxRetries: 0 }).getResult(ID));
      } catch (error) {
        expect((error as Error).name).toMatch(/^(InvalidResponse|Api|Authentication)Error$/);
        if (!(error instanceof InvalidResponseError)) expect(error).toMatchObject({ status });
      }
    }),
    { numRuns: 200 },
  );
});

it('whatever JSON a service sends, an error status is that error', async () => {
  await fc.assert(
    fc.asyncProperty(reply, fc.integer({ min: 400, max: 599 }), async (json, status) => {
      const { client } = play(() => Response.json(json, { status }));
      const call = client({ maxRetries: 0 }).getResult(ID);
      await expect(call).rejects.toMatchObject({
        status,
        isTransient: status >= 500 || [408, 425, 429].includes(status),
      });
    }),
    { numRuns: 200 },
  );
});

it.each([
  ['an object', '{"error":', '}'],
  ['a list', '[', ']'],
  ['a task', `{"id":"${ID}","status":"processing","more":`, '}'],
  ['the reason of a failed task', `{"id":"${ID}","status":"failed","error":`, '}'],
])('%s nested a hundred thousand levels deep does no harm', async (_, open, close) => {
  for (const depth of [100, 1_000, 10_000]) {
    for (const status of [200, 400, 500]) {
      const text = `${open.repeat(depth)}1${close.repeat(depth)}`;
      const { client } = play(() => new Response(text, { status }));
      const end = await client({ maxRetries: 0 })
        .getResult(ID)
        .catch((error: Error) => error);
      if (status === 200)
        expect(end).toSatisfy((it) => it instanceof InvalidResponseError || !(it instanceof Error));
      else expect(end).toMatchObject({ status });
    }
  }
});
