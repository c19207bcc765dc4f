// What a new video is made from, and the options of the call that creates its task.

import type { Video } from '../video.ts';
import type { WaitOptions } from './wait-options.ts';

/** A known name, or any other. */
type KnownOr<Known extends string> = Known | (string & Record<never, never>);

/**
 * The fields of every new video. The limits are those of the service's documentation ("Create Video Task"); they have
 * changed before and differ between models, so the service checks them, and fields that are not listed are sent
 * unchanged.
 *
 * @category Options
 */
export interface CreateVideoFields {
  /** The model. `videos` and `videos_fast` are documented; resellers offer the stable ones, too. */
  model: KnownOr<'videos' | 'videos_fast' | 'videos_stable' | 'videos_stable_fast'>;
  /** What the video shows: up to 1,500 characters (5,000 for the stable models). */
  prompt: string;
  /** The length of the video in whole seconds: 4 to 15. */
  duration: number;
  /** The aspect ratio. Some resellers also take 21:9, 4:3 and 3:4. @default '16:9', set by the service */
  ratio?: KnownOr<'16:9' | '9:16' | '1:1' | '21:9' | '4:3' | '3:4'> | undefined;
  /** The resolution; the only one that is documented is `720p`. @default '720p', set by the service */
  resolution?: KnownOr<'720p'> | undefined;
  /** Any other field of the service's API. */
  [field: string]: unknown;
}

/**
 * A new video between two frames: both are needed, and exclude the references.
 *
 * @category Options
 */
export interface CreateFromFrames extends CreateVideoFields {
  /** The URL of the image that the video begins with. */
  first_image: string;
  /** The URL of the image that the video ends with. */
  last_image: string;
  referenceImages?: undefined;
  referenceVideos?: undefined;
  referenceAudios?: undefined;
}

/**
 * A new video from a prompt, with references or without.
 *
 * @category Options
 */
export interface CreateFromReferences extends CreateVideoFields {
  first_image?: undefined;
  last_image?: undefined;
  /** URLs of images to take up: up to 9. */
  referenceImages?: readonly string[] | undefined;
  /** URLs of videos to take up: up to 3, at most 15 seconds in all. */
  referenceVideos?: readonly string[] | undefined;
  /** URLs of sounds to take up: up to 3; only some models. */
  referenceAudios?: readonly string[] | undefined;
}

/**
 * What a new video is made from: a prompt, with two frames or with references.
 *
 * @category Options
 */
export type CreateVideoRequest = CreateFromFrames | CreateFromReferences;

/**
 * Options of a create.
 *
 * @category Options
 */
export interface CreateOptions {
  /** Stops the call at once: it rejects with `signal.reason`. Once the request was sent, a task may exist. */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds that one attempt may take. Longer than for other requests, because a response that comes later is a
   * paid task with a lost id.
   *
   * @default 120_000
   */
  timeout?: number | undefined;
}

/**
 * Options of `generate`: those of the wait, and a callback for the new task.
 *
 * @category Options
 */
export interface GenerateOptions extends WaitOptions {
  /**
   * Called with the new task before the first pause, so that its id can be stored: a process that ends later can
   * resume with `waitForCompletion(id)`. A promise is awaited; an error out of it ends the call.
   */
  onCreated?: ((video: Video) => unknown) | undefined;
}
