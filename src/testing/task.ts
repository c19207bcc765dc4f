// A task of the emulator: what it is scripted to do, and how the service's replies show it.

import { stopwatch } from '../internal/stopwatch.ts';
import {
  aFunction,
  type Checks,
  checkOptions,
  inRange,
  oneOf,
  whole,
  wrongType,
} from '../options/validate.ts';
import type { VideoStatus } from '../video.ts';
import { aString, aTaskId } from './check-options.ts';
import { SAMPLE_VIDEO_DURATION, sampleBytes } from './sample.ts';

/**
 * A moment in the life of an emulated task.
 *
 * - `{ polls: 3 }`: the third poll of the task. A poll is a reply that shows the task; one that a fault replaced or
 *   broke does not count. `Infinity` never comes.
 * - `{ ms: 500 }`: 500 milliseconds after the task was added. `Infinity` never comes. Fake timers move this clock.
 */
export type EmulatedMoment = { polls: number; ms?: undefined } | { ms: number; polls?: undefined };

/** The error of a task that fails, if the script gives none. */
export const DEFAULT_ERROR = 'The video could not be made.';

interface AnyTaskOptions {
  /** The task's id. A task with the same id is replaced. @default a new one of the form `video_1000000001` */
  id?: string | undefined;
  /** The model's name. @default 'videos' */
  model?: string | undefined;
  /** When the task was created: Unix time in seconds. @default now */
  created?: number | undefined;
  /**
   * When the task ends. Before that it is `queued` at the first poll (or for the first quarter of the time), and then
   * `processing`.
   *
   * @default { polls: 3 }
   */
  after?: EmulatedMoment | undefined;
  /**
   * Wraps every reply about the task in an envelope with this code, as gateways do: `'0'`, `0` and `200` as
   * `{ code, msg: null, data }`, `'success'` as `{ code, message: '', data }`.
   *
   * @default no envelope
   */
  envelope?: string | number | undefined;
  /**
   * Changes the task in every reply, for anything else that the service has been seen to send.
   *
   * @default no change
   * @example
   * ```ts
   * emulator.addTask({ transform: (task) => ({ ...task, created: String(task.created), amount: '0.50' }) });
   * ```
   */
  transform?: ((task: Record<string, unknown>) => unknown) | undefined;
}

/** A task that completes. */
export interface CompletedTaskOptions extends AnyTaskOptions {
  /** How the task ends. @default 'completed' */
  outcome?: 'completed' | undefined;
  /** The file's bytes. @default what `sampleVideo()` returns */
  video?: Uint8Array | undefined;
  /** Seconds of video made. @default 5 */
  actualDuration?: number | undefined;
  /** When `video_url` comes: before that the task is `completed` with a `video_url` of `null`. @default at once */
  urlAfter?: EmulatedMoment | undefined;
  error?: undefined;
}

/** A task that fails, or that the service cancels. */
export interface FailedTaskOptions extends AnyTaskOptions {
  /** How the task ends. `'cancelled'` is a status of the service's own, which the client reads as `failed`. */
  outcome: 'failed' | 'cancelled';
  /** The reason that the service gives. @default 'The video could not be made.'; of a cancelled task: none */
  error?: string | undefined;
  video?: undefined;
  actualDuration?: undefined;
  urlAfter?: undefined;
}

/** What an emulated task does. */
export type EmulatedTaskOptions = CompletedTaskOptions | FailedTaskOptions;

/** A task of the emulator. */
export interface EmulatedTask {
  /** The task's id. */
  readonly id: string;
  /** How many polls have shown the task. */
  readonly polls: number;
  /** The task's status: as the latest poll showed it; of a task that ends by time, as a poll would show it now. */
  readonly status: VideoStatus | 'cancelled';
}

/** The task itself, with what the service needs to know of it. */
export interface Task extends EmulatedTask {
  /** The bytes of a task that completes. */
  readonly video: Uint8Array | null;
  /** When the task was created: Unix time in seconds. */
  readonly created: number;
  countPoll(): void;
  /** The reply to a poll: the documented one, field for field and in the documented order, unless scripted otherwise. */
  toReply(videoUrl: string): unknown;
  /** The reply to the create: the documented one is shorter than that to a poll, until the task ends. */
  toCreateReply(videoUrl: string): unknown;
}

const aMoment = (name: string, value: unknown) => {
  const allowed = '{ polls } or { ms }';
  const moment = checkOptions(value as Record<keyof EmulatedMoment, unknown>, MOMENT_OPTIONS, `${name}.`);
  if ((moment.polls === undefined) === (moment.ms === undefined)) throw wrongType(name, value, allowed);
};

const MOMENT_OPTIONS: Checks<Record<keyof EmulatedMoment, unknown>> = {
  polls: whole(1, true),
  ms: inRange('milliseconds: 0 or more, or Infinity', (ms) => ms >= 0),
};

/** Every option of every kind of task. */
type TaskOptionName = keyof CompletedTaskOptions | keyof FailedTaskOptions;

const TASK_OPTIONS: Checks<Record<TaskOptionName, unknown>> = {
  id: aTaskId,
  model: aString,
  created: inRange('Unix time in whole seconds', Number.isInteger),
  after: aMoment,
  envelope(name, value) {
    const isCode = (typeof value === 'string' && value !== '') || Number.isInteger(value);
    if (!isCode) throw wrongType(name, value, 'a code such as 0 or "success"');
  },
  transform: aFunction,
  outcome: oneOf('completed', 'failed', 'cancelled'),
  video(name, value) {
    if (!ArrayBuffer.isView(value)) throw wrongType(name, value, "the file's bytes, a Uint8Array");
  },
  actualDuration: inRange('seconds: 0 or more', (seconds) => seconds >= 0),
  urlAfter: aMoment,
  error: aString,
};

function checkTask(options: EmulatedTaskOptions): void {
  checkOptions<Partial<Record<TaskOptionName, unknown>>>(options, TASK_OPTIONS);
  const completes = (options.outcome ?? 'completed') === 'completed';
  for (const name of ['video', 'actualDuration', 'urlAfter', 'error'] as const) {
    const isForeign = (name === 'error') === completes;
    if (options[name] === undefined || !isForeign) continue;
    throw wrongType(
      name,
      options[name],
      `none for a task that ${completes ? 'completes' : 'does not complete'}`,
    );
  }
}

function inEnvelope(code: string | number, data: unknown): object {
  return code === 'success' ? { code, message: '', data } : { code, msg: null, data };
}

/** Starts a task. @throws {@link TypeError} @throws {@link RangeError} */
export function createTask(id: string, options: EmulatedTaskOptions): Task {
  checkTask(options);
  const elapsed = stopwatch();
  const { outcome = 'completed', model = 'videos', after = { polls: 3 }, envelope, transform } = options;
  const { created = Math.floor(Date.now() / 1000), actualDuration = SAMPLE_VIDEO_DURATION } = options;
  const error = options.error ?? (outcome === 'failed' ? DEFAULT_ERROR : null);
  let polls = 0;

  const isPast = ({ polls: count, ms }: EmulatedMoment, share = 1) =>
    ms === undefined ? polls >= count : elapsed() >= ms * share;
  const statusNow = () => {
    if (isPast(after)) return outcome;
    const isQueued = after.ms === undefined ? polls <= 1 : !isPast(after, 1 / 4);
    return isQueued ? 'queued' : 'processing';
  };
  const show = (fields: object): unknown => {
    const task = { id, object: 'video', created, model, status: statusNow(), ...fields };
    const data = transform === undefined ? task : transform(task);
    return envelope === undefined ? data : inEnvelope(envelope, data);
  };
  const toReply = (videoUrl: string) => {
    const status = statusNow();
    if (status === 'completed') {
      const hasUrl = options.urlAfter === undefined || isPast(options.urlAfter);
      return show({ video_url: hasUrl ? videoUrl : null, actualDuration, error: null });
    }
    return show({ video_url: null, error: status === outcome ? error : null });
  };

  return {
    id,
    created,
    video: outcome === 'completed' ? (options.video ?? sampleBytes()) : null,
    get polls() {
      return polls;
    },
    get status() {
      return statusNow();
    },
    countPoll: () => {
      polls += 1;
    },
    toReply,
    toCreateReply: (videoUrl) => (isPast(after) ? toReply(videoUrl) : show({ error: null })),
  };
}
