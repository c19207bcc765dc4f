// The sample video.

import { SAMPLE_VIDEO_BASE64 } from './sample-video.ts';

/** Seconds that the sample video plays. */
export const SAMPLE_VIDEO_DURATION = 5;

let decoded: Uint8Array | undefined;

/** The sample's bytes, decoded once for all tasks. It must not be written to. */
export function sampleBytes(): Uint8Array {
  decoded ??= Uint8Array.from(atob(SAMPLE_VIDEO_BASE64), (char) => char.charCodeAt(0));
  return decoded;
}

/**
 * The file that an emulated task completes with, unless it is given another: an H.264 MP4 of five seconds and some
 * 20 KB, which every browser plays.
 *
 * @returns a copy of its own for every call
 *
 * @example
 * ```ts
 * expect(new Uint8Array(await response.arrayBuffer())).toEqual(sampleVideo());
 * ```
 */
export function sampleVideo(): Uint8Array {
  return sampleBytes().slice();
}
