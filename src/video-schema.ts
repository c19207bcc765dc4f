// The contract: reads a reply of the service, or a stored task, as a `Video`.

import {
  type core,
  literal,
  looseObject,
  nullable,
  number,
  pipe,
  refine,
  safeParse,
  string,
  transform,
} from 'zod/mini';
import { InvalidResponseError, type ResponseIssue } from './errors/index.ts';
import { isEmpty, isObject, openEnvelope } from './internal/envelope.ts';
import { serviceWords } from './internal/service-words.ts';
import { idText, quote } from './internal/text.ts';
import { parseUrl } from './internal/url.ts';
import { VIDEO_STATUSES, type Video, type VideoStatus } from './video.ts';

/**
 * The part of Standard Schema (standardschema.dev, version 1) that a validator of unknown values needs.
 *
 * @category Results
 */
export interface VideoSchema {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
    ) =>
      | { readonly value: Video; readonly issues?: undefined }
      | { readonly issues: readonly ResponseIssue[] };
    readonly types?: { readonly input: unknown; readonly output: Video } | undefined;
  };
}

/** What `object` may be: the page of a sister model on the same endpoint documents the second name. */
const VIDEO_OBJECTS: readonly unknown[] = ['video', 'video.generation'];

const isOtherObject = (task: unknown) =>
  isObject(task) &&
  typeof task.object === 'string' &&
  task.object !== '' &&
  !VIDEO_OBJECTS.includes(task.object);

const lowerCase = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : value);
const emptyToNull = (value: unknown) => (isEmpty(value) ? null : value);
const digitsToNumber = (value: unknown) =>
  typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : emptyToNull(value);

/** An error is text; of an object, its message, or the object itself as JSON. */
function errorToText(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return emptyToNull(value);
  const { message, detail, msg } = value as Partial<Record<'message' | 'detail' | 'msg', unknown>>;
  const text = [message, detail, msg].find((words) => typeof words === 'string' && words.trim() !== '');
  if (text !== undefined) return text;
  try {
    return JSON.stringify(value);
  } catch {
    return null; // A cycle, or nested too deep.
  }
}

const expected = (what: string) => ({
  error: ({ input }: { input?: unknown }) =>
    `expected ${what}, got ${input === undefined ? 'nothing' : quote(input)}`,
});

const text = pipe(transform(emptyToNull), nullable(string(expected('a string or null'))));
const amount = pipe(transform(digitsToNumber), nullable(number(expected('a number or null'))));
const reason = pipe(transform(errorToText), nullable(string(expected('a string, an object or null'))));
const URL_EXPECTED = 'an http(s) URL';
const url = string(expected(URL_EXPECTED)).check(
  refine((value) => parseUrl(value) !== null, expected(URL_EXPECTED)),
);
const video = pipe(
  transform((value) => (isEmpty(value) || VIDEO_OBJECTS.includes(value) ? 'video' : value)),
  literal('video', expected('"video"')),
);
const status = pipe(
  transform(lowerCase),
  literal([...VIDEO_STATUSES, 'cancelled', 'canceled'], expected('queued, processing, completed or failed')),
);
const id = string(expected('a string that is not blank')).check(
  refine((value) => value.trim() !== '', expected('a string that is not blank')),
);

const common = { id: string(), object: literal('video'), created: amount, model: text };
/** A field without a meaning in a status has to be well-formed, too, and becomes `null`. */
const ignored = <T>() => transform<T, null>(() => null);
const noUrl = pipe(text, ignored<string | null>());
const noDuration = pipe(amount, ignored<number | null>());
const noError = pipe(reason, ignored<string | null>());
const pending = { video_url: noUrl, actualDuration: noDuration, error: noError };

const taskSchemas = {
  queued: looseObject({ ...common, status: literal('queued'), ...pending }),
  processing: looseObject({ ...common, status: literal('processing'), ...pending }),
  completed: looseObject({
    ...common,
    status: literal('completed'),
    video_url: url,
    actualDuration: amount,
    error: noError,
  }),
  failed: looseObject({ ...common, status: literal('failed'), ...pending, error: reason }),
};

/** Exported for the type test that proves `Video` equal to what these yield. */
export type TaskSchema = (typeof taskSchemas)[VideoStatus];

/** Checked first: the other fields of an image task are not wrong. */
const kindSchema = pipe(
  transform(openEnvelope),
  looseObject({ id, object: video, status }, expected('a task')),
);

/**
 * The same video in half the memory: one object literal, and the caller's own id string if it is the same. Each wait keeps
 * its last video, and there may be a hundred thousand waits.
 */
function compact(read: Video, taskId: string | null): Video {
  const { id, object, created, model, status, video_url, actualDuration, error, ...unknown } = read;
  const own = id === taskId ? taskId : id;
  return { id: own, object, created, model, status, video_url, actualDuration, error, ...unknown } as Video;
}

/** What zod says is wrong. */
const issuesOf = ({ issues }: core.$ZodError): ResponseIssue[] =>
  issues.map(({ path, message }) => {
    // No other field, and no other status, needs a URL.
    const isUrlMissing = message.startsWith(`expected ${URL_EXPECTED}`);
    return isUrlMissing ? { path, message, code: 'missing_video_url' } : { path, message };
  });

/** Reads a task, envelope included; the result is that of a Standard Schema. */
export function readTask(
  value: unknown,
  taskId: string | null,
): ReturnType<VideoSchema['~standard']['validate']> {
  const kind = safeParse(kindSchema, value);
  if (!kind.success) return { issues: issuesOf(kind.error) };
  const { status, error } = kind.data;
  // The fifth status of the service's general guide, in both spellings, is a way to fail.
  const isCancelled = status === 'cancelled' || status === 'canceled';
  const task = isCancelled
    ? safeParse(taskSchemas.failed, {
        ...kind.data,
        status: 'failed',
        error: errorToText(error) ?? 'The task was cancelled.',
      })
    : safeParse<TaskSchema>(taskSchemas[status], kind.data);
  return task.success ? { value: compact(task.data, taskId) } : { issues: issuesOf(task.error) };
}

/**
 * Reads a task exactly as a reply of the service is read, envelope included: for tasks that were stored, queued
 * or forwarded. A Standard Schema: it works wherever a library takes one.
 *
 * @category Client
 */
export const videoSchema: VideoSchema = {
  '~standard': {
    version: 1,
    vendor: 'videos-client',
    validate: (value) => readTask(value, null),
  },
};

/** Where a reply came from, for the error that it may become. */
export interface ReplyContext {
  taskId: string | null;
  status: number | null;
  body: unknown;
}

/** What to do about a reply that is not a task as documented. */
function adviceOn(task: unknown, isUrlMissing: boolean, isReply: boolean): string {
  if (isOtherObject(task))
    return 'It is not a video task, and polling again will not change that. Check the id.';
  if (isUrlMissing) {
    return 'The task is completed, and its URL may still come: try again. Files are kept for 24 hours; after that there is none.';
  }
  return isReply
    ? 'The task itself is not affected. Try again; if it keeps failing, check baseUrl.'
    : 'Pass the task exactly as the service sent it, or fetch it again with getResult.';
}

/** @throws {@link InvalidResponseError} The value is not what the service documents. */
export function readVideo(value: unknown, { taskId, status, body }: ReplyContext): Video {
  const result = readTask(value, taskId);
  if (result.issues === undefined) return result.value;

  const isReply = taskId !== null;
  const { issues } = result;
  const task = openEnvelope(value);
  const what = issues.map(({ path = [], message }) => [...path, message].join(': ')).join('; ');
  const words = serviceWords('', value);
  const advice = adviceOn(
    task,
    issues.some(({ code }) => code === 'missing_video_url'),
    isReply,
  );
  throw new InvalidResponseError(
    `Failed to read ${isReply ? `the reply for task ${idText(taskId)}` : 'the task'}: ${what}. ${
      words === null ? '' : `It says: ${words}. `
    }${advice}`,
    // Reading a stored task again cannot succeed.
    { taskId, isTransient: isReply && !isOtherObject(task), status, body, issues },
  );
}

/**
 * Reads a task that was stored, queued or forwarded, exactly as a reply of the service is read.
 *
 * @param value - A parsed JSON value: a task, or the envelope of one.
 * @throws {@link InvalidResponseError} The value is not what the service documents; `issues` says which field.
 *
 * @category Client
 */
export function parseVideo(value: unknown): Video {
  return readVideo(value, { taskId: null, status: null, body: value });
}
