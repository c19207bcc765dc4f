// What the AI SDK asks for, as a request of the service; what the service cannot do is an error or a warning.

import type {
  SharedV4Warning,
  Experimental_VideoModelV4CallOptions as VideoModelV4CallOptions,
  Experimental_VideoModelV4File as VideoModelV4File,
} from '@ai-sdk/provider';
import { quote } from '../internal/text.ts';
import { parseUrl } from '../internal/url.ts';
import type { CreateVideoRequest } from '../options/create-options.ts';

/** Seconds, where none are given: the shortest round number that every model takes. */
const DEFAULT_DURATION = 5;

/** The fields of the service that take references, by the first part of their media type. */
const REFERENCE_FIELDS = {
  image: 'referenceImages',
  video: 'referenceVideos',
  audio: 'referenceAudios',
} as const;

type ReferenceKind = keyof typeof REFERENCE_FIELDS;

/** The kinds of references by the extension in their URL, where no media type is given. */
const EXTENSIONS: Record<ReferenceKind, RegExp> = {
  image: /\.(jpe?g|png|webp|gif|bmp|avif)$/i,
  video: /\.(mp4|mov|webm|mkv|avi|m4v)$/i,
  audio: /\.(mp3|wav|m4a|aac|ogg|flac)$/i,
};

/** What changes the video without changing what is paid for: dropped with a warning. */
const UNSUPPORTED = ['fps', 'seed', 'generateAudio'] as const;

/**
 * An image or a video that the service cannot use is an error, never a dropped warning: it would bill the wrong video.
 *
 * @throws TypeError - what is asked for cannot be had.
 */
export function toCreateRequest(
  model: string,
  options: VideoModelV4CallOptions,
): { request: CreateVideoRequest; warnings: SharedV4Warning[] } {
  const { prompt, n, duration = DEFAULT_DURATION, providerOptions } = options;
  if (prompt === undefined) throw new TypeError('A prompt is required.');
  if (n > 1) throw new TypeError(`The service makes one video per task, not ${n}.`);
  const request = {
    ...providerOptions.videos,
    model,
    prompt,
    duration,
    ...shapeOf(options),
    ...framesOf(options),
    ...referencesOf(options.inputReferences ?? []),
  };
  const warnings = UNSUPPORTED.filter((feature) => options[feature] !== undefined).map(
    (feature) => ({ type: 'unsupported', feature, details: 'The service has no such setting.' }) as const,
  );
  return { request: request as CreateVideoRequest, warnings };
}

/** `1280x720` is `720p`, and 16:9 where no aspect ratio is given. */
function shapeOf({ aspectRatio, resolution }: VideoModelV4CallOptions): object {
  if (aspectRatio === 'adaptive') {
    throw new TypeError("The service has no aspectRatio 'adaptive'. Pass a ratio such as '16:9'.");
  }
  if (resolution === undefined) return aspectRatio === undefined ? {} : { ratio: aspectRatio };
  const [width = 0, height = 0] = resolution.split('x').map(Number);
  const divisor = greatestCommonDivisor(width, height);
  return {
    ratio: aspectRatio ?? `${width / divisor}:${height / divisor}`,
    resolution: `${Math.min(width, height)}p`,
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function framesOf({ image, frameImages = [] }: VideoModelV4CallOptions): object {
  const frame = (type: string) => frameImages.find(({ frameType }) => frameType === type)?.image;
  const first = image ?? frame('first_frame');
  const last = frame('last_frame');
  if (first === undefined && last === undefined) return {};
  if (first === undefined || last === undefined || frameImages.length > (image === undefined ? 2 : 1)) {
    throw new TypeError(
      'The service takes one first and one last frame, only together. Pass both in frameImages, or pass the image in inputReferences.',
    );
  }
  return { first_image: urlOf(first), last_image: urlOf(last) };
}

function referencesOf(files: readonly VideoModelV4File[]): object {
  const references: Partial<Record<(typeof REFERENCE_FIELDS)[ReferenceKind], string[]>> = {};
  for (const file of files) {
    const field = REFERENCE_FIELDS[kindOf(file)];
    references[field] = [...(references[field] ?? []), urlOf(file)];
  }
  return references;
}

function urlOf(file: VideoModelV4File): string {
  if (file.type === 'url') return file.url;
  throw new TypeError(
    `The service takes frames and references as http(s) URLs, not as ${file.mediaType} data. Upload the file, and pass its URL.`,
  );
}

function kindOf(file: VideoModelV4File): ReferenceKind {
  const type = file.mediaType?.split('/')[0] ?? '';
  if (Object.hasOwn(REFERENCE_FIELDS, type)) return type as ReferenceKind;
  const path = parseUrl(urlOf(file))?.pathname ?? '';
  const kind = (Object.keys(EXTENSIONS) as ReferenceKind[]).find((name) => EXTENSIONS[name].test(path));
  if (kind !== undefined && type === '') return kind;
  throw new TypeError(
    `Is the reference ${quote(path)} an image, a video or audio? Pass it as { data: url, mediaType: 'image/png' }.`,
  );
}
