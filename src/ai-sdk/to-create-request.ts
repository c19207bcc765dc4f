// What the AI SDK asks for, as a request of the service; what the service cannot do is an error or a warning.

import type {
  SharedV4Warning,
  Experimental_VideoModelV4CallOptions as VideoModelV4CallOptions,
  Experimental_VideoModelV4File as VideoModelV4File,
} from '@ai-sdk/provider';
import { quote } from '../internal/text.ts';
import { bareUrl, parseUrl } from '../internal/url.ts';
import type { CreateVideoRequest } from '../options/create-options.ts';

/** What `doStart` is called with. */
export type StartOptions = VideoModelV4CallOptions & { webhookUrl?: string };

/** The name of the provider: the key of its options and of its metadata. */
export const PROVIDER = 'videos';

/** Seconds, if none are given: the shortest round number that every model takes. */
const DEFAULT_DURATION = 5;

/** The fields of the service that take references, by the first part of their media type. */
const REFERENCE_FIELDS = {
  image: 'referenceImages',
  video: 'referenceVideos',
  audio: 'referenceAudios',
} as const;

type ReferenceKind = keyof typeof REFERENCE_FIELDS;

/** The kinds of references by the extension in their URL, if no media type is given. */
const EXTENSIONS: Record<ReferenceKind, RegExp> = {
  image: /\.(jpe?g|png|webp|gif|bmp|avif)$/i,
  video: /\.(mp4|mov|webm|mkv|avi|m4v)$/i,
  audio: /\.(mp3|wav|m4a|aac|ogg|flac)$/i,
};

/** Settings without which the video still shows what was asked for: left out, with a warning. */
const UNSUPPORTED = ['fps', 'seed', 'generateAudio', 'webhookUrl'] as const;

/** Headers that the AI SDK adds by itself. */
const SDK_HEADERS = ['user-agent', 'idempotency-key'];

/**
 * An image or a video that the service cannot use is an error, never a warning: it would bill the wrong video.
 *
 * @throws {@link TypeError} The service cannot do what is asked for.
 */
export function toCreateRequest(
  model: string,
  options: StartOptions,
): { request: CreateVideoRequest; warnings: SharedV4Warning[] } {
  const { prompt, n, duration, providerOptions, inputReferences = [] } = options;
  if (n > 1) throw new TypeError(`Invalid n: ${n}. The service makes one video per task.`);
  const asked = {
    model,
    prompt,
    ...(duration !== undefined && { duration }),
    ...shapeOf(options),
    ...framesOf(options),
    ...referencesOf(inputReferences),
  };
  const more = providerOptions?.[PROVIDER] ?? {};
  const twice = Object.keys(more).find((field) => Object.hasOwn(asked, field));
  if (twice !== undefined) {
    throw new TypeError(
      `Invalid providerOptions.${PROVIDER}: ${twice} follows from the other options already. Leave it out here.`,
    );
  }
  // Checked when it is sent.
  const request = { duration: DEFAULT_DURATION, ...more, ...asked } as CreateVideoRequest;
  return { request, warnings: warningsAbout(options) };
}

function warningsAbout(options: StartOptions): SharedV4Warning[] {
  const features: string[] = UNSUPPORTED.filter((feature) => options[feature] !== undefined);
  const headers = Object.entries(options.headers ?? {}).filter(
    ([name, value]) => value !== undefined && !SDK_HEADERS.includes(name.toLowerCase()),
  );
  const warnings = features.map((feature) => warning(feature, 'The service has no such setting.'));
  if (headers.length > 0) warnings.push(warning('headers', 'Pass them to createVideosProvider.'));
  return warnings;
}

function warning(feature: string, details: string): SharedV4Warning {
  return { type: 'unsupported', feature, details };
}

/** `1280x720` is `720p`, and 16:9 if no aspect ratio is given. */
function shapeOf({ aspectRatio, resolution }: StartOptions): { ratio?: string; resolution?: string } {
  if (aspectRatio === 'adaptive') {
    throw new TypeError("Invalid aspectRatio: 'adaptive'. Expected a ratio, such as '16:9'.");
  }
  if (resolution === undefined) return aspectRatio === undefined ? {} : { ratio: aspectRatio };
  const [, width, height] = /^(\d+)x(\d+)$/.exec(resolution)?.map(Number) ?? [];
  if (!width || !height) {
    throw new TypeError(
      `Invalid resolution: ${quote(resolution)}. Expected a width and a height in pixels, such as '1280x720'.`,
    );
  }
  const divisor = greatestCommonDivisor(width, height);
  return {
    ratio: aspectRatio ?? `${width / divisor}:${height / divisor}`,
    resolution: `${Math.min(width, height)}p`,
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function framesOf({ image, frameImages = [] }: StartOptions): { first_image?: string; last_image?: string } {
  const frames = (type: string) =>
    frameImages.filter(({ frameType }) => frameType === type).map((frame) => urlOf(frame.image));
  // The AI SDK passes a first frame as `image`, too.
  const firsts = new Set([...(image === undefined ? [] : [urlOf(image)]), ...frames('first_frame')]);
  const lasts = new Set(frames('last_frame'));
  if (firsts.size === 0 && frameImages.length === 0) return {};
  const [first_image, ...otherFirsts] = firsts;
  const [last_image, ...otherLasts] = lasts;
  if (first_image === undefined || last_image === undefined || otherFirsts.length + otherLasts.length > 0) {
    throw new TypeError(
      'Invalid frames: the service takes one first and one last frame, and only together. Pass both in frameImages, or pass the image in inputReferences.',
    );
  }
  return { first_image, last_image };
}

function referencesOf(files: readonly VideoModelV4File[]): Record<string, string[]> {
  const references: Record<string, string[]> = {};
  for (const file of files) {
    const url = urlOf(file);
    const field = REFERENCE_FIELDS[kindOf(file.mediaType, url)];
    references[field] = [...(references[field] ?? []), url];
  }
  return references;
}

function urlOf(file: VideoModelV4File): string {
  if (file.type === 'url' && parseUrl(file.url) !== null) return file.url;
  const given = file.type === 'url' ? 'another URL' : `${file.mediaType} data`;
  throw new TypeError(
    `Invalid image or video: ${given}. Expected an http(s) URL, because the service takes nothing else. Upload the file, and pass its URL.`,
  );
}

function kindOf(mediaType: string | undefined, url: string): ReferenceKind {
  const type = mediaType?.toLowerCase().split('/')[0];
  const kinds = Object.keys(REFERENCE_FIELDS) as ReferenceKind[];
  const isOfKind = (kind: ReferenceKind) =>
    type === undefined ? EXTENSIONS[kind].test(new URL(url).pathname) : kind === type;
  const kind = kinds.find(isOfKind);
  if (kind !== undefined) return kind;
  throw new TypeError(
    `Invalid reference ${bareUrl(url)}: it is not known whether it is an image, a video or audio. Pass it as { data: url, mediaType: 'image/png' }.`,
  );
}
