import { isVideosError, parseVideo, type Video, videoSchema } from 'videos-client';
import { describe, expect, it } from 'vitest';
import { config } from 'zod/mini';
import { failureOf } from './helpers/failure-of.ts';
import { resultOf } from './helpers/fetch-service.ts';
import { completed, failed, processing, queued, task } from './helpers/task.ts';

function validate(value: unknown): Video {
  const result = videoSchema['~standard'].validate(value);
  if (result.issues) throw Object.assign(new Error('No video.'), result);
  return result.value;
}

/** The three ways in which a task is read; they must never differ. */
const readers: [string, (value: unknown) => Video | Promise<Video>][] = [
  ['getResult', resultOf],
  ['parseVideo', parseVideo],
  ['videoSchema', validate],
];

const nothing = { created: null, model: null, video_url: null, actualDuration: null, error: null };

describe.each(readers)('read by %s', (_, read) => {
  it.each([
    [queued, { actualDuration: null }],
    [processing, { actualDuration: null }],
    [completed, {}],
    [failed, { actualDuration: null }],
  ])('a documented task is read as it is: %j', async (reply, added) => {
    expect(await read(reply)).toEqual({ ...reply, ...added });
  });

  it('a body as short as an id and a status is enough', async () => {
    expect(await read({ id: 't', status: 'processing' })).toEqual({
      id: 't',
      object: 'video',
      status: 'processing',
      ...nothing,
    });
  });

  it.each(['queued', 'processing', 'completed', 'failed'])(
    'a %s task has every key, in one order',
    async (status) => {
      const reply = { video_url: 'https://cdn.example.com/v.mp4', status, id: 't' };
      expect(Object.keys(await read(reply))).toEqual([
        'id',
        'object',
        'created',
        'model',
        'status',
        'video_url',
        'actualDuration',
        'error',
      ]);
    },
  );

  it('unknown fields are preserved unchanged', async () => {
    const extra = {
      amount: '12',
      totalTokens: 7,
      last_frame_url: '',
      usage: { seconds: [5] },
      Status: 'X',
      none: null,
    };
    expect(await read({ ...processing, ...extra })).toMatchObject(extra);
  });

  it('a field named __proto__ does not become the prototype of the video', async () => {
    const video = await read(JSON.parse('{"id":"t","status":"queued","__proto__":{"isAdmin":true}}'));
    expect(Object.getPrototypeOf(video)).toBe(Object.prototype);
    expect(video).not.toHaveProperty('isAdmin');
  });

  it.each(['video_fd35ee52-2a98-44a6-b930-29a88ce9b8fd', 'proj_1234567890', 'vgen_abc123def456', ' x '])(
    'the id may have any form, and need not be the one asked for: %j',
    async (id) => {
      expect(await read({ ...processing, id })).toMatchObject({ id });
    },
  );

  it.each([
    ['QUEUED', 'queued'],
    ['Processing', 'processing'],
    ['COMPLETED', 'completed'],
    ['Failed', 'failed'],
  ])('the status is read in any case: %s', async (status, read_) => {
    expect(await read({ ...completed, status })).toMatchObject({ status: read_ });
  });

  it.each([
    ['created', '1761635478', 1761635478],
    ['actualDuration', '5', 5],
    ['actualDuration', '5.04', 5.04],
    ['actualDuration', '0', 0],
    ['actualDuration', 4.5, 4.5],
  ])('a number may come as a string of digits: %s %j', async (field, sent, number) => {
    expect(await read({ ...completed, [field]: sent })).toMatchObject({ [field]: number });
  });

  it.each(['created', 'model', 'actualDuration', 'error'])(
    'null, "" and absent are null: %s',
    async (field) => {
      const { [field]: __, ...without } = completed;
      for (const reply of [without, { ...without, [field]: null }, { ...without, [field]: '' }]) {
        expect(await read(reply)).toEqual({ ...completed, [field]: null });
      }
    },
  );

  it.each([undefined, null, '', 'video', 'video.generation'])('the object %j is "video"', async (object) => {
    expect(await read({ ...completed, object })).toEqual(completed);
  });

  it.each(['cancelled', 'canceled', 'CANCELLED', 'Canceled'])(
    'a %s task has failed, in the words of the service or in ours',
    async (status) => {
      const cancelled = { ...failed, error: 'The task was cancelled.' };
      expect(await read({ ...processing, status })).toEqual({ ...cancelled, actualDuration: null });
      expect(await read({ ...processing, status, error: '' })).toMatchObject(cancelled);
      expect(await read({ ...processing, status, error: { message: 'By you.' } })).toMatchObject({
        status: 'failed',
        error: 'By you.',
      });
    },
  );

  it('a field that has no meaning in a status is null', async () => {
    const all = { video_url: 'https://cdn.example.com/v.mp4', actualDuration: 5, error: 'words' };
    expect(await read(task({ ...all, status: 'queued' }))).toEqual(
      task({ ...nothing, ...queued, actualDuration: null }),
    );
    expect(await read(task({ ...all, status: 'processing' }))).toMatchObject(task({ actualDuration: null }));
    expect(await read(task({ ...all, status: 'completed' }))).toMatchObject({ ...all, error: null });
    expect(await read(task({ ...all, status: 'failed' }))).toMatchObject({
      ...all,
      video_url: null,
      actualDuration: null,
    });
  });

  it.each([
    [{ message: 'Too long.', code: 'E7' }, 'Too long.'],
    [{ code: 'E7' }, '{"code":"E7"}'],
    [{ detail: 'Too long.', code: 'E7' }, 'Too long.'],
    [{ msg: 'Too long.' }, 'Too long.'],
    [{ message: ' ', detail: ['a'], msg: 'Too long.' }, 'Too long.'],
    [{ message: '', code: 'E7' }, '{"message":"","code":"E7"}'],
    [['E7'], '["E7"]'],
  ])('an error that is an object becomes its message, or its JSON: %j', async (error, words) => {
    expect(await read(task({ status: 'failed', error }))).toMatchObject({ error: words });
  });

  describe('an envelope', () => {
    const successes = [0, '0', 200, '200', 'success', 'SUCCESS', 'Success', 'ok', 'OK', null, '', undefined];
    it.each(successes)('an envelope with the code %j is opened', async (code) => {
      expect(await read({ code, msg: null, data: completed })).toEqual(completed);
    });

    it('an envelope without a code is opened, and none of its fields stays', async () => {
      expect(await read({ msg: 'ok', traceId: 'x', data: processing })).toEqual({
        ...processing,
        actualDuration: null,
      });
    });

    it('an envelope with a failing code is not opened, even if it contains a task', async () => {
      for (const code of [500, '1', -1, 'E_BUSY', 'succeeded', 'not ok', '2000', {}, true]) {
        const failure = failureOf((async () => read({ code, data: completed }))());
        expect(await failure).toBeInstanceOf(Error);
      }
    });

    it('a body with a status of its own is not an envelope', async () => {
      expect(await read({ ...processing, code: 0, data: completed })).toMatchObject({
        status: 'processing',
        code: 0,
        data: completed,
      });
    });
  });

  const isString = 'expected a string that is not blank, got';
  const isStatus = 'expected queued, processing, completed or failed, got';
  const isUrl = 'expected an http(s) URL, got';
  const isNumber = 'expected a number or null, got';
  const isText = 'expected a string or null, got';
  const isReason = 'expected a string, an object or null, got';
  const wrong: [Record<string, unknown>, string, string][] = [
    [{ id: undefined }, 'id', `${isString} nothing`],
    [{ id: null }, 'id', `${isString} null`],
    [{ id: ' ' }, 'id', `${isString} " "`],
    [{ id: 42 }, 'id', `${isString} 42`],
    [{ status: undefined }, 'status', `${isStatus} nothing`],
    [{ status: null }, 'status', `${isStatus} null`],
    [{ status: '' }, 'status', `${isStatus} ""`],
    [{ status: 'expired' }, 'status', `${isStatus} "expired"`],
    [{ status: 'cancelled', error: 3 }, 'error', `${isReason} 3`],
    [{ status: 'canceled', created: true }, 'created', `${isNumber} true`],
    [{ status: 'completed ' }, 'status', `${isStatus} "completed "`],
    [{ status: 2 }, 'status', `${isStatus} 2`],
    [{ object: 'image.generation' }, 'object', 'expected "video", got "image.generation"'],
    [{ object: 7 }, 'object', 'expected "video", got 7'],
    [{ video_url: undefined }, 'video_url', `${isUrl} nothing`],
    [{ video_url: null }, 'video_url', `${isUrl} null`],
    [{ video_url: '' }, 'video_url', `${isUrl} ""`],
    [{ video_url: 'cdn.example.com/v.mp4' }, 'video_url', `${isUrl} "cdn.example.com/v.mp4"`],
    [{ video_url: 'ftp://cdn.example.com/v.mp4' }, 'video_url', `${isUrl} "ftp://cdn.example.com/v.mp4"`],
    [{ video_url: ['https://cdn.example.com'] }, 'video_url', `${isUrl} ["https://cdn.example.com"]`],
    [{ created: 'yesterday' }, 'created', `${isNumber} "yesterday"`],
    [{ created: '-1' }, 'created', `${isNumber} "-1"`],
    [{ actualDuration: '5s' }, 'actualDuration', `${isNumber} "5s"`],
    [{ actualDuration: '5.' }, 'actualDuration', `${isNumber} "5."`],
    [{ actualDuration: true }, 'actualDuration', `${isNumber} true`],
    [{ model: 3 }, 'model', `${isText} 3`],
    [{ error: 3 }, 'error', `${isReason} 3`],
    [{ status: 'processing', video_url: 3 }, 'video_url', `${isText} 3`],
    [{ status: 'queued', actualDuration: '5s' }, 'actualDuration', `${isNumber} "5s"`],
    [{ status: 'failed', error: true }, 'error', `${isReason} true`],
  ];
  it.each(wrong)(
    'a completed task with %j is refused: the fault is in %s',
    async (fields, field, message) => {
      const failure = failureOf((async () => read({ ...completed, ...fields }))());
      expect(await failure).toMatchObject({ issues: [{ path: [field], message }] });
    },
  );

  it.each([undefined, null, '', 'cdn.example.com/v.mp4', 5])(
    'a completed task with the URL %j is marked as such',
    async (video_url) => {
      for (const reply of [
        { ...completed, video_url },
        { code: 0, data: { ...completed, video_url } },
      ]) {
        const error = await failureOf((async () => read(reply))());
        expect(error).toHaveProperty('issues.0.path', ['video_url']);
        expect(error).toHaveProperty('issues.0.code', 'missing_video_url');
        if (isVideosError(error)) {
          expect(error.message).toContain(
            'The task is completed, and its URL may still come: try again. Files are kept for 24 hours; after that there is none.',
          );
        }
      }
    },
  );

  it('a URL of the wrong type in a task that is not completed is not marked as missing', async () => {
    const error = await failureOf((async () => read({ ...processing, video_url: 5 }))());
    expect(error).toHaveProperty('issues.0.path', ['video_url']);
    expect(error).not.toHaveProperty('issues.0.code', 'missing_video_url');
  });

  it.each([null, true, 5, 'words', [], [completed]])('%j is not a task', async (value) => {
    const failure = failureOf((async () => read(JSON.stringify(value) === '"words"' ? '"words"' : value))());
    expect(await failure).toHaveProperty(
      ['issues', 0, 'message'],
      expect.stringMatching(/^expected a task, got /),
    );
  });

  it('an envelope without a task is refused', async () => {
    for (const data of [null, undefined, [], 'x']) {
      const failure = failureOf((async () => read({ code: 0, data }))());
      expect(await failure).toMatchObject({ issues: [{ path: ['id'] }, { path: ['status'] }] });
    }
  });
});

it('the settings of zod, which all its copies share, stay as they are', () => {
  expect(config()).not.toHaveProperty('jitless');
});

describe('videoSchema', () => {
  it('videoSchema is a Standard Schema, version 1', () => {
    const { version, vendor, validate } = videoSchema['~standard'];
    expect({ version, vendor }).toEqual({ version: 1, vendor: 'videos-client' });
    expect(validate(completed)).toEqual({ value: completed });
    expect(validate({})).toEqual({
      issues: expect.arrayContaining([expect.objectContaining({ path: ['id'] })]),
    });
  });

  it('parseVideo reads its own output as it is', () => {
    for (const reply of [queued, processing, completed, failed]) {
      const video = parseVideo(reply);
      expect(parseVideo(JSON.parse(JSON.stringify(video)))).toEqual(video);
    }
  });

  it('parseVideo does not change what it reads', () => {
    const reply = Object.freeze({ code: 0, data: Object.freeze({ ...completed, status: 'COMPLETED' }) });
    expect(parseVideo(reply)).toEqual(completed);
    expect(reply.data.status).toBe('COMPLETED');
  });

  it('parseVideo refuses values that JSON does not have', () => {
    const cycle: Record<string, unknown> = { ...failed };
    cycle.error = cycle;
    expect(parseVideo(cycle)).toMatchObject({ status: 'failed', error: null });
    for (const value of [undefined, 5n, Symbol('x'), () => {}]) {
      expect(() => parseVideo(value)).toThrow(/expected a task/);
      expect(() => parseVideo({ ...completed, actualDuration: value ?? {} })).toThrow(
        /expected a number or null/,
      );
    }
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'videoSchema refuses %s for a number, and says so',
    (actualDuration) => {
      expect(() => parseVideo({ ...completed, actualDuration })).toThrow(
        `actualDuration: expected a number or null, got ${actualDuration}.`,
      );
    },
  );
});
