// The contract: reads a reply of the service, or a stored task, as a `Video`.

import {
  config,
  discriminatedUnion,
  literal,
  looseObject,
  nullable,
  number,
  pipe,
  refine,
  safeParse,
  string,
  transform,
  type ZodMiniType,
} from 'zod/mini';
import { InvalidResponseError, type ResponseIssue } from './errors/index.ts';
import { isEmpty, isEnvelope, isObject, openEnvelope } from './internal/envelope.ts';
import { serviceWords } from './internal/service-words.ts';
import { idText, quote } from './internal/text.ts';
import { parseUrl } from './internal/url.ts';
import { VIDEO_STATUSES, type Video } from './video.ts';

// No code from strings: a page's Content-Security-Policy would report zod's probe for `new Function`.
config({ jitless: true });

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

/** The fifth status of the service's general guide, in both spellings, is a way to fail. */
function cancelledToFailed<T extends { status: unknown; error?: unknown }>(task: T): T {
  if (task.status !== 'cancelled' && task.status !== 'canceled') return task;
  return { ...task, status: 'failed', error: errorToText(task.error) ?? 'The task was cancelled.' };
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

/** Exported for the type test that proves `Video` equal to what this yields. */
export const taskSchema = discriminatedUnion('status', [
  looseObject({ ...common, status: literal('queued'), ...pending }),
  looseObject({ ...common, status: literal('processing'), ...pending }),
  looseObject({
    ...common,
    status: literal('completed'),
    video_url: url,
    actualDuration: amount,
    error: noError,
  }),
  looseObject({ ...common, status: literal('failed'), ...pending, error: reason }),
]);

const replySchema = pipe(
  transform(openEnvelope),
  pipe(
    // The kind of task is checked first: the other fields of an image task are not wrong.
    pipe(looseObject({ id, object: video, status }, expected('a task')), transform(cancelledToFailed)),
    taskSchema as unknown as ZodMiniType<Video, never>,
  ),
);

/**
 * Reads a task exactly as a reply of the service is read, envelope included: for tasks that were stored, queued
 * or forwarded. A Standard Schema: it works wherever a library takes one.
 *
 * @category Client
 */
export const videoSchema = replySchema as VideoSchema;

/** Where a reply came from, for the error that it may become. */
export interface ReplyContext {
  taskId: string | null;
  status: number | null;
  body: unknown;
}

/**
 * The same video in half the memory: one object literal, and the caller's own id string where it is the same. Each wait keeps
 * its last video, and there may be a hundred thousand waits.
 */
function compact(read: Video, taskId: string | null): Video {
  const { id, object, created, model, status, video_url, actualDuration, error, ...unknown } = read;
  const own = id === taskId ? taskId : id;
  return { id: own, object, created, model, status, video_url, actualDuration, error, ...unknown } as Video;
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
  const result = safeParse(replySchema, value);
  if (result.success) return compact(result.data, taskId);

  const isReply = taskId !== null;
  const issues = result.error.issues.map(({ path, message }): ResponseIssue => {
    // No other field, and no other status, needs a URL.
    const isUrlMissing = message.startsWith(`expected ${URL_EXPECTED}`);
    return isUrlMissing ? { path, message, code: 'missing_video_url' } : { path, message };
  });
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

/** The id that a reply to a create has, in either of its forms. */
function createdId({ id, projectId }: Record<string, unknown>): string | null {
  const given = [id, projectId].map((value) => (typeof value === 'number' ? String(value) : value));
  return given.find((value): value is string => typeof value === 'string' && value.trim() !== '') ?? null;
}

/**
 * Reads the reply to a create. What has an id is a task, whatever else is missing or wrong: it was paid for.
 *
 * @returns `null` where there is no id.
 */
export function readCreatedVideo(value: unknown): Video | null {
  const { data } = Object(value) as Record<string, unknown>;
  const places = isEnvelope(value) ? [data, value] : [value, data];
  const task = places.filter(isObject).find((place) => createdId(place) !== null);
  if (task === undefined) return null;
  const id = createdId(task);
  let fields: Record<string, unknown> = {
    ...task,
    id,
    status: isEmpty(task.status) ? 'queued' : task.status,
  };
  for (;;) {
    const result = safeParse(replySchema, fields);
    if (result.success) return compact(result.data, id);
    // The first poll will say what this field is.
    const wrong = result.error.issues.map(({ path }) => path[0]);
    const readable = Object.entries(fields).filter(([name]) => !wrong.includes(name));
    fields = { ...Object.fromEntries(readable), id, status: 'queued' };
  }
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
