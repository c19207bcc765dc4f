// The contract: reads a reply of the service, or a stored task, as a Video.

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
import { serviceWords } from './internal/service-words.ts';
import { idText, quote } from './internal/text.ts';
import { parseUrl } from './internal/url.ts';
import { VIDEO_STATUSES, type Video } from './video.ts';

// No code from strings: a page's Content-Security-Policy would report zod's probe for `new Function`.
config({ jitless: true });

/** The part of Standard Schema (standardschema.dev, version 1) that a validator of unknown values needs. */
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

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isEmpty = (value: unknown): value is null | undefined | '' =>
  value === null || value === undefined || value === '';
const isCode = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

/** An envelope has no status of its own; a task always has one. */
const isEnvelope = (value: unknown): value is Json => isObject(value) && isEmpty(value.status);
const isSuccess = (code: unknown) => isEmpty(code) || (isCode(code) && [0, 200].includes(Number(code)));

/** The envelope that reports an error, or `null` where the value is anything else. */
export function errorEnvelope(value: unknown): (Json & { code: string | number }) | null {
  if (!isEnvelope(value)) return null;
  const { code } = value;
  return isCode(code) && !isSuccess(code) ? { ...value, code } : null;
}

function openEnvelope(value: unknown): unknown {
  return isEnvelope(value) && isObject(value.data) && isSuccess(value.code) ? value.data : value;
}

const isOtherObject = (task: unknown) =>
  isObject(task) && typeof task.object === 'string' && !['', 'video'].includes(task.object);

const lowerCase = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : value);
const emptyToNull = (value: unknown) => (isEmpty(value) ? null : value);
const digitsToNumber = (value: unknown) =>
  typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : emptyToNull(value);

/** An error is words; where the service sends an object, its message, or the object itself as JSON. */
function errorToText(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return emptyToNull(value);
  const { message } = value as { message?: unknown };
  if (typeof message === 'string' && message !== '') return message;
  try {
    return JSON.stringify(value);
  } catch {
    return null; // A cycle, or nested too deep to be anyone's words.
  }
}

const expected = (what: string) => ({
  error: ({ input }: { input?: unknown }) =>
    `expected ${what}, got ${input === undefined ? 'nothing' : quote(input)}`,
});

const text = pipe(transform(emptyToNull), nullable(string(expected('a string or null'))));
const amount = pipe(transform(digitsToNumber), nullable(number(expected('a number or null'))));
const reason = pipe(transform(errorToText), nullable(string(expected('a string, an object or null'))));
const url = string(expected('an http(s) URL')).check(
  refine((value) => parseUrl(value) !== null, expected('an http(s) URL')),
);
const video = pipe(
  transform((value) => emptyToNull(value) ?? 'video'),
  literal('video', expected('"video"')),
);
const status = pipe(
  transform(lowerCase),
  literal(VIDEO_STATUSES, expected('queued, processing, completed or failed')),
);
const id = string(expected('a string that is not blank')).check(
  refine((value) => value.trim() !== '', expected('a string that is not blank')),
);

const common = { id: string(), object: literal('video'), created: amount, model: text };
/** What means nothing in a status must be well-formed all the same, and counts as absent. */
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
    // What a thing is comes first: what else an image task says is no fault of its.
    looseObject({ id, object: video, status }, expected('a task')),
    taskSchema as unknown as ZodMiniType<Video, never>,
  ),
);

/**
 * Reads a task exactly as a reply of the service is read, envelope included: for tasks that were stored, queued
 * or forwarded. A Standard Schema: it fits wherever a validator is asked for.
 */
export const videoSchema = replySchema as VideoSchema;

/** Where a reply came from, for the error that it may become. */
export interface ReplyContext {
  taskId: string | null;
  status: number | null;
  body: unknown;
}

/**
 * The same video in half the memory, as an object made in one piece that shares the id it was asked for: a wait keeps
 * its last one, and there may be a hundred thousand waits.
 */
function compact(read: Video, taskId: string | null): Video {
  const { id, object, created, model, status, video_url, actualDuration, error, ...unknown } = read;
  const own = id === taskId ? taskId : id;
  return { id: own, object, created, model, status, video_url, actualDuration, error, ...unknown } as Video;
}

/** @throws {InvalidResponseError} where the value is not what the service documents. */
export function readVideo(value: unknown, { taskId, status, body }: ReplyContext): Video {
  const result = safeParse(replySchema, value);
  if (result.success) return compact(result.data, taskId);

  const issues = result.error.issues.map(({ path, message }) => ({ path, message }));
  const isOther = isOtherObject(openEnvelope(value));
  const what = issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
  const words = serviceWords('', value);
  throw new InvalidResponseError(
    `Failed to read ${taskId === null ? 'the task' : `the reply for task ${idText(taskId)}`}: ${what}. ${words === null ? '' : `It says: ${words}. `}${
      isOther
        ? 'It is not a video task, and waiting will not make it one. Check the id.'
        : taskId === null
          ? 'Pass it as the service sends it, or look at the task anew.'
          : 'The task itself is not affected. Ask again; if it goes on, check baseUrl.'
    }`,
    // What was stored stays what it is, however often it is read.
    { taskId, isTransient: !isOther && taskId !== null, status, body, issues },
  );
}

/**
 * Reads a task that was stored, queued or forwarded, exactly as a reply of the service is read.
 *
 * @param value - A parsed JSON value: a task, or the envelope of one.
 * @throws {InvalidResponseError} where the value is not what the service documents; `issues` says which field.
 */
export function parseVideo(value: unknown): Video {
  return readVideo(value, { taskId: null, status: null, body: value });
}
