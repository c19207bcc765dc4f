// How a video's file is named after its task, on any system.

import { createHash } from 'node:crypto';

/** The extensions of video types; any other type is taken for the most common one. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  'video/webm': '.webm',
  'video/quicktime': '.mov',
  'video/x-matroska': '.mkv',
  'video/matroska': '.mkv',
  'video/x-msvideo': '.avi',
  'video/x-m4v': '.m4v',
  'video/mpeg': '.mpg',
  'video/mp2t': '.ts',
  'video/ogg': '.ogv',
  'video/3gpp': '.3gp',
};

/** File systems take 255 bytes; this leaves room for what is put around it. */
const MAX_LENGTH = 100;

/** Names that Windows reserves for devices, with any extension. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)$/i;

/** A short fingerprint. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The text as part of a file name on any system. What had to be changed gets a fingerprint, so that no two are equal. */
function safeName(text: string): string {
  const name = text.replace(/[^\w-]/g, '_').slice(0, MAX_LENGTH);
  return name === text && !DEVICES.test(name) ? name : `${name}-${hash(text)}`;
}

const DEFAULT_EXTENSION = '.mp4';

/** The name of a task's video. */
export function videoName(id: string, contentType: string | null): string {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return safeName(id) + (EXTENSIONS[type] ?? DEFAULT_EXTENSION);
}

/** Every name that a task's video can have. */
export function videoNames(id: string): string[] {
  return [DEFAULT_EXTENSION, ...Object.values(EXTENSIONS)].map((extension) => safeName(id) + extension);
}
