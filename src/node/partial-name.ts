// The name of a partial file: `.<name>.<save>.<validator>.<owner>.partial`. Its state is in its name, so that
// the two never contradict each other, whenever the process is killed.

import { hash } from './file-name.ts';

/** The whole name has at most 143 bytes, which is what eCryptfs takes; an owner needs up to 34 of them. */
const MAX_NAME = 12;
const MAX_VALIDATOR = 69;

const SUFFIX = '.partial';

/** What all partial files of one save begin with. @param save - What distinguishes it from others: its arguments. */
export function partialPrefix(name: string, save: string): string {
  return `.${name.replace(/[^\w.-]/g, '_').slice(0, MAX_NAME)}.${hash(save)}.`;
}

/** The validator as part of a name; empty if there is none, or it is too long. */
function encode(validator: string | null): string {
  // Most ETags are hexadecimal digits, and fit as they are.
  const [, plain] = /^"([\w-]+)"$/.exec(validator ?? '') ?? [];
  const text = plain === undefined ? `x${Buffer.from(validator ?? '').toString('base64url')}` : `e${plain}`;
  return text.length > 1 && text.length <= MAX_VALIDATOR ? text : '';
}

function decode(text: string): string | null {
  if (text === '') return null;
  return text.startsWith('e') ? `"${text.slice(1)}"` : Buffer.from(text.slice(1), 'base64url').toString();
}

export function partialName(prefix: string, validator: string | null, owner: string): string {
  return `${prefix}${encode(validator)}.${owner}${SUFFIX}`;
}

/** Reads the name of a partial file of this prefix; `null` for any other file. */
export function parsePartialName(
  prefix: string,
  name: string,
): { validator: string | null; owner: string } | null {
  if (!name.startsWith(prefix) || !name.endsWith(SUFFIX)) return null;
  const [validator = '', owner = ''] = name.slice(prefix.length, -SUFFIX.length).split('.');
  return { validator: decode(validator), owner };
}
