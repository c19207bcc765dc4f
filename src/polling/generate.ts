// From a request to a completed video: creates the task, then waits for it.

import { videoFailedError } from '../errors/video-failed-error.ts';
import { untilAbort } from '../internal/abort.ts';
import type { CreateOptions, CreateVideoRequest, GenerateOptions } from '../options/create-options.ts';
import { GENERATE_OPTIONS } from '../options/known-options.ts';
import { checkOptions } from '../options/validate.ts';
import { resolveWait } from '../options/wait-settings.ts';
import type { CompletedVideo, Video } from '../video.ts';
import { sleepOrWake } from './page-wake-up.ts';
import type { PollSource } from './poll-source.ts';
import { Wait } from './wait.ts';

/** What creates tasks, and is polled. */
interface TaskSource extends PollSource {
  create(request: CreateVideoRequest, options: CreateOptions): Promise<Video>;
}

/** Creates a task and waits for it; see `VideosClient.generate`. */
export async function generate(
  source: TaskSource,
  request: CreateVideoRequest,
  options?: GenerateOptions,
): Promise<CompletedVideo> {
  // All options are checked before anything is paid for.
  const { onCreated, ...waitOptions } = checkOptions(options, GENERATE_OPTIONS);
  const settings = resolveWait(source.polling, waitOptions);
  const { signal } = settings;
  const created = await source.create(request, { signal });
  await untilAbort(onCreated?.(created), signal);
  if (created.status === 'failed') throw videoFailedError(created.id, created);
  if (created.status === 'completed') return created;

  source.checkId(created.id);
  // The reply to the create is the first state: the first poll comes after a pause.
  const wait = new Wait(source, created.id, settings, created);
  wait.schedule();
  for (;;) {
    await sleepOrWake(wait.msUntilNextPoll(), wait, signal);
    const video = await wait.pollForCompletion();
    if (video !== null) return video;
  }
}
