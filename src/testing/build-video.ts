import type { Video, VideoStatus } from '../video.ts';
import { checkChoice, checkId, checkObject, wrongKind } from './check.ts';
import { DEFAULT_ERROR } from './task.ts';

type VideoOf<Status extends VideoStatus> = Extract<Video, { status: Status }>;

/** What a video may be given: its status, and those of its fields that matter to the test. */
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

function isSet([, value]: [string, unknown]): boolean {
  return value !== undefined;
}

/**
 * A valid video for unit tests, typed by its status; what is not given is filled in.
 *
 * @param fields the status, `'completed'` where it is left out, and the fields that matter
 * @throws {TypeError} when a field does not go with the status
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
  checkObject('fields', fields ?? {});
  const given = Object.fromEntries(Object.entries(fields ?? {}).filter(isSet));
  const { status = 'completed', id, video_url } = given;
  checkChoice('status', status, Object.keys(ENDS));
  checkId(id);
  const end = ENDS[status as VideoStatus];
  for (const [name, value] of Object.entries(end)) {
    const isForeign = value === null && (given[name] ?? null) !== null;
    if (isForeign) throw wrongKind(name, given[name], `null while status is '${status}'`);
  }
  const isUrl = video_url === undefined || (/^https?:/i.test(video_url) && URL.canParse(video_url));
  if (status === 'completed' && !isUrl) {
    throw wrongKind('video_url', video_url, 'an http or https URL');
  }
  const task = { id: 'video_1234567890', object: 'video', created: 1761635478, model: 'videos', status };
  return { ...task, ...end, ...given } as VideoOf<Status>;
}
