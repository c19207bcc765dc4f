// How messages and errors show texts, values, ids, durations and causes.

/** Longest body kept on an error, in bytes: enough to see what responded, short enough for a log. */
const MAX_BODY_BYTES = 4096;

/** How long a value may be when a message quotes it. */
const MAX_QUOTE_LENGTH = 200;

/** The text's first 4 KiB in UTF-8, never ending within a character. Without a `TextEncoder`: jest's jsdom has none. */
function cut(text: string): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > MAX_BODY_BYTES) return text.slice(0, end);
    end += character.length;
  }
  return text;
}

/** A reply's body as an error carries it: JSON; or text, cut at 4 KiB, if it is longer or not JSON. */
export function bodyOf(text: string, json: unknown): unknown {
  if (text === '') return null;
  const short = cut(text);
  return json !== undefined && short === text ? json : short;
}

/** A value as a message quotes it: as JSON if it has any, on one line, cut if it is long. */
export function quote(value: unknown, replacer?: (key: string, value: unknown) => unknown): string {
  // JSON has no NaN and no Infinity.
  if (typeof value === 'number') return String(value);
  let text: string | undefined;
  try {
    text = typeof value === 'bigint' ? `${value}n` : JSON.stringify(value, replacer);
  } catch {
    // A cycle, or nested too deep.
  }
  return shorten(text ?? (Object.is(value, undefined) ? 'undefined' : typeof value));
}

/** What a value is, where it must not be shown, because it may be the API key. */
export const kindOf = (value: unknown) =>
  value === null || value === undefined
    ? String(value)
    : `of type ${Array.isArray(value) ? 'array' : typeof value}`;

/** The text on one line, cut if it is long. */
export function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= MAX_QUOTE_LENGTH ? line : `${line.slice(0, MAX_QUOTE_LENGTH)}…`;
}

/** Invisible characters, except the plain space. */
const UNSEEN = /(?! )[\s\p{Cc}\p{Cf}\p{DI}]/gu;

const escaped = (character: string) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;

/** A task's id as a message shows it: as it is if it is plain, else as JSON in which every character is visible. */
export function idText(id: string): string {
  const start = id.slice(0, MAX_QUOTE_LENGTH);
  const text = /^[\w-]+$/.test(id) ? start : JSON.stringify(start).replace(UNSEEN, escaped);
  return start === id ? text : `${text}…`;
}

/** A duration as people read it: `450 ms`, `30 s`, `2 min 5 s`, `24 h`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const [size, unit, smaller] = seconds < 7200 ? [60, 'min', 's'] : [3600, 'h', 'min'];
  const rest = Math.floor((seconds % size) / (size / 60));
  return `${Math.floor(seconds / size)} ${unit}${rest === 0 ? '' : ` ${rest} ${smaller}`}`;
}

/** Also for an error of another realm (Node's own in Jest), which is not an instance of this realm's `Error`. */
const isError = (value: unknown): value is Error =>
  typeof value === 'object' && value !== null && 'message' in value;

/** The message of an error or of a cause that is a string; empty if there is none. */
function messageOf(error: unknown): string {
  if (typeof error === 'string') return quote(error);
  if (!isError(error)) return '';
  const { message, code } = error as { message: unknown; code?: unknown };
  // A foreign error may have anything for a message.
  return shorten(String(message || (typeof code === 'string' ? code : '')));
}

/** The message of the deepest cause that has one: `fetch failed` alone says nothing. */
export function rootCauseMessage(error: unknown): string {
  const seen = new Set<unknown>();
  let words = messageOf(error);
  for (let current = error; isError(current) && !seen.has(current); ) {
    seen.add(current);
    // Of several addresses that failed, the first is enough.
    current = current.cause ?? (current as { errors?: unknown[] }).errors?.[0];
    words = messageOf(current) || words;
  }
  return words || (isError(error) ? error.name : quote(error));
}
