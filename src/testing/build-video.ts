// Videos for unit tests.

import { type Checks, checkedLater, checkOptions, oneOf, wrongType } from '../options/validate.ts';
import type { Video, VideoStatus } from '../video.ts';
import { anHttpUrl, aTaskId } from './check-options.ts';
import { DEFAULT_ERROR } from './task.ts';

type VideoOf<Status extends VideoStatus> = Extract<Video, { status: Status }>;

/** The status of a video, and those of its fields that matter to the test. */
export type BuildVideoFields<Status extends VideoStatus = 'completed'> = {
  [Key in Exclude<keyof VideoOf<Status>, 'status'>]?: VideoOf<Status>[Key] | undefined;
} & (Status extends 'completed' ? { status?: Status | undefined } : { status: Status });

/** What differs from status to status. */
const ENDS = {
  queued: { video_url: null, actualDuration: null, error: null },
  processing: { video_url: null, actualDuration: null, error: null },
  completed: { video_url: 'https://cdn.example.com/video_1234567890.mp4', actualDuration: 5, error: null },
  failed: { video_url: null, actualDuration: null, error: DEFAULT_ERROR },
};

const anything = checkedLater;

const FIELDS: Checks<Video> = {
  id: aTaskId,
  object: oneOf('video'),
  created: anything,
  model: anything,
  status: oneOf(...Object.keys(ENDS)),
  video_url: anything,
  actualDuration: anything,
  error: anything,
};

/**
 * A valid video for unit tests, typed by its status. Fields that are not given are filled in.
 *
 * @param fields the status, `'completed'` if it is left out, and the fields that matter
 * @throws {@link TypeError} A field does not go with the status.
 *
 * @example
 * ```ts
 * buildVideo(); // a CompletedVideo
 * buildVideo({ status: 'failed', error: 'The prompt was refused.' }); // a FailedVideo
 * ```
 */
export function buildVideo<Status extends VideoStatus = 'completed'>(
  fields?: BuildVideoFields<Status>,
): VideoOf<Status> {
  const given = checkOptions<Partial<Record<keyof Video, unknown>>>(fields, FIELDS);
  const { status = 'completed' } = given as { status?: VideoStatus };
  const end = ENDS[status];
  for (const [name, value] of Object.entries(end) as [keyof Video, unknown][]) {
    const isForeign = value === null && (given[name] ?? null) !== null;
    if (isForeign) throw wrongType(name, given[name], `null while status is "${status}"`);
  }
  if (status === 'completed' && given.video_url !== undefined) anHttpUrl('video_url', given.video_url);
  const task = { id: 'video_1234567890', object: 'video', created: 1761635478, model: 'videos', status };
  return { ...task, ...end, ...given } as VideoOf<Status>;
}
