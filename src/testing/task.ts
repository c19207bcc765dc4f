import type { VideoStatus } from '../video.ts';
import { checkChoice, checkId, checkNumber, checkObject, checkString, wrongKind } from './check.ts';
import { SAMPLE_VIDEO_DURATION, sampleBytes } from './sample.ts';

/**
 * When an emulated task ends.
 *
 * - `{ polls: 3 }`: the third look shows the end. The first shows `queued`, those between `processing`;
 *   `Infinity` stays `processing` for ever.
 * - `{ ms: 500 }`: looks show the end from 500 milliseconds after `addTask`. The first quarter of them shows
 *   `queued`, the rest `processing`; `Infinity` stays `queued` for ever. Fake timers move this clock.
 *
 * A look is an answer that shows the task; one that a fault replaced or spoilt does not count.
 */
export type EmulatedEnd = { polls: number; ms?: undefined } | { ms: number; looks?: undefined };

/** Why a task fails that gives no reason of its own. */
export const DEFAULT_ERROR = 'The video could not be made.';

interface AnyTaskOptions {
  /** The task's id. A task of the same id is replaced. @default a new one of the form `video_1000000001` */
  id?: string | undefined;
  /** The model's name. @default 'videos' */
  model?: string | undefined;
  /** When the task was created: Unix time in seconds. @default now */
  created?: number | undefined;
  /** When the task ends. @default { polls: 3 } */
  after?: EmulatedEnd | undefined;
}

/** A task that completes. */
export interface CompletedTaskOptions extends AnyTaskOptions {
  /** How the task ends. @default 'completed' */
  outcome?: 'completed' | undefined;
  /** The file's bytes. @default what `sampleVideo()` returns */
  video?: Uint8Array | undefined;
  /** Seconds of video made. @default 5 */
  actualDuration?: number | undefined;
  error?: undefined;
}

/** A task that fails. */
export interface FailedTaskOptions extends AnyTaskOptions {
  /** How the task ends. */
  outcome: 'failed';
  /** Why it fails. @default 'The video could not be made.' */
  error?: string | undefined;
  video?: undefined;
  actualDuration?: undefined;
}

/** What an emulated task does. */
export type EmulatedTaskOptions = CompletedTaskOptions | FailedTaskOptions;

/** A task of the emulator. */
export interface EmulatedTask {
  /** The task's id. */
  readonly id: string;
  /** How often the task has been shown. */
  readonly polls: number;
  /** Where the task stands: by polls, what the latest one showed; by time, what one would show now. */
  readonly status: VideoStatus;
}

/** The task itself, which also knows how it looks on the wire. */
export interface Task extends EmulatedTask {
  /** The bytes of a task that completes. */
  readonly video: Uint8Array | null;
  /** When the task was created: Unix time in seconds. */
  readonly created: number;
  /** Counts one look. */
  look(): void;
  /** The documented reply, field for field and in the documented order. */
  toWire(videoUrl: string): object;
}

function checkTask(options: Partial<Record<keyof EmulatedTaskOptions, unknown>>): void {
  checkObject('task', options);
  const { after, outcome, video, error, actualDuration, created } = options;
  checkId(options.id);
  checkString('model', options.model);
  checkString('error', error);
  checkChoice('outcome', outcome, ['completed', 'failed']);
  checkNumber('created', created, 'Unix time in whole seconds', Number.isInteger);
  checkNumber('actualDuration', actualDuration, 'seconds: 0 or more', (value) => value >= 0);
  if (video !== undefined && !(ArrayBuffer.isView(video) && outcome !== 'failed')) {
    throw wrongKind('video', video, "the file's bytes, a Uint8Array, of a task that completes");
  }
  if (error !== undefined && outcome !== 'failed') {
    throw wrongKind('error', error, "none, unless outcome is 'failed'");
  }
  if (after !== undefined) checkEnd(after);
}

function checkEnd(after: unknown): void {
  const { polls, ms } = Object(after) as Partial<Record<'polls' | 'ms', unknown>>;
  if ((polls === undefined) === (ms === undefined)) throw wrongKind('after', after, '{ polls } or { ms }');
  const isCount = (value: number) => value >= 1 && (Number.isInteger(value) || value === Infinity);
  checkNumber('after.polls', polls, 'a whole number, 1 or more, or Infinity', isCount);
  checkNumber('after.ms', ms, 'milliseconds: 0 or more, or Infinity', (value) => value >= 0);
}

/** Milliseconds since now, by whichever clock moves on: tests fake one of the two, both, or start them anew. */
function stopwatch(): () => number {
  const date = Date.now();
  const start = performance.now();
  return () => Math.max(Date.now() - date, performance.now() - start);
}

export function createTask(id: string, options: EmulatedTaskOptions): Task {
  checkTask(options);
  const elapsed = stopwatch();
  const { outcome = 'completed', model = 'videos', after = { polls: 3 } } = options;
  const { created = Math.floor(Date.now() / 1000), error = DEFAULT_ERROR } = options;
  const { actualDuration = SAMPLE_VIDEO_DURATION } = options;
  let polls = 0;

  const progress = (): VideoStatus => {
    const passed = after.ms === undefined ? polls : elapsed();
    if (passed >= (after.ms ?? after.polls)) return outcome;
    const isQueued = after.ms === undefined ? polls <= 1 : passed < after.ms / 4;
    return isQueued ? 'queued' : 'processing';
  };

  return {
    id,
    created,
    video: outcome === 'completed' ? (options.video ?? sampleBytes()) : null,
    get polls() {
      return polls;
    },
    get status() {
      return progress();
    },
    look: () => {
      polls += 1;
    },
    toWire(videoUrl) {
      const status = progress();
      const task = { id, object: 'video', created, model, status };
      if (status === 'completed') return { ...task, video_url: videoUrl, actualDuration, error: null };
      return { ...task, video_url: null, error: status === 'failed' ? error : null };
    },
  };
}
