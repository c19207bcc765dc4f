/** What stands where the API key stood. */
const REDACTED = '[redacted]';

/** What identifies a thing is not touched, even where a key is so short that it occurs in it. */
const IDENTITY: readonly PropertyKey[] = ['name', 'taskId', 'id', 'object', 'model', 'status'];

/** How much of a chain of causes is kept where one holds the secret. */
const MAX_CAUSES = 12;

/** A secret that was cut off may still show this much of its beginning: it is no secret. */
const HARMLESS = 7;

/** What HTML has names for. */
const NAMES: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

/** A character as it travels: as it is; escaped, however often, in JSON and in a URL; in HTML. */
function formsOf(char: string): string {
  if (/\w/.test(char)) return char;
  const code = char.charCodeAt(0);
  const hex = code.toString(16);
  const escaped = char === '\\' ? '\\\\+' : `\\\\*\\${char}`;
  return `(?:${escaped}|\\\\+u00${hex}|%(?:25)*${hex}|&(?:#0*${code}|#x0*${hex}|${NAMES[char] ?? '#'});)`;
}

/** The last pattern made, and of what: every look asks for the same. */
let latest = { secret: '', pattern: /(?!)/ };

/** Finds a secret, and the beginning of one where the text was cut (`…`) or breaks off. */
function patternOf(secret: string): RegExp {
  if (secret === latest.secret) return latest.pattern;
  const chars = [...secret].map(formsOf);
  const lengths = chars.map((_, index) => index).filter((length) => length > HARMLESS);
  const beginnings = lengths.map((length) => `${chars.slice(0, length).join('')}(?=…|"|$)`);
  const pattern = new RegExp([chars.join(''), ...beginnings.reverse()].join('|'), 'gi');
  latest = { secret, pattern };
  return pattern;
}

function cleanText(text: string, pattern: RegExp): string {
  return text.replace(pattern, REDACTED);
}

/** Where the whole of a long key stands in its place, it identifies nothing. */
function isIdentity(key: PropertyKey, value: unknown, secret: string): boolean {
  const isKey = typeof value === 'string' && secret.length > HARMLESS && value.includes(secret);
  return IDENTITY.includes(key) && !isKey;
}

/** How much is searched; what is larger counts as holding the secret. */
const MAX_PARTS = 100_000;

/** What printing shows though no property has it: the words of a `DOMException`, the headers of a `Request`. */
const BEHIND_GETTERS = ['message', 'stack', 'cause', 'headers', 'url', 'href'];

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Everything that printing or serializing a value would show. */
function* partsOf(value: object): Generator<unknown> {
  // Bytes are not shown as text.
  if (ArrayBuffer.isView(value)) return;
  // A map, a set, headers, the parameters of a URL.
  if (Symbol.iterator in value && 'has' in value) yield* value as Iterable<unknown>;
  for (const key of BEHIND_GETTERS) if (key in value) yield value[key as keyof typeof value];
  for (const key of Reflect.ownKeys(value)) {
    yield key;
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property && 'value' in property) yield property.value;
  }
}

function holds(root: unknown, pattern: RegExp): boolean {
  // A set hands out what is added to it on the way, and everything once, cycles or not.
  const parts = new Set([root]);
  try {
    for (const part of parts) {
      if (typeof part === 'string' && part.search(pattern) >= 0) return true;
      if (!isObject(part)) continue;
      for (const inner of partsOf(part)) if (parts.add(inner).size > MAX_PARTS) return true;
    }
    return false;
  } catch {
    return true; // A getter that throws: nobody knows what is behind it.
  }
}

/** Whether plain data, as a video is, holds the secret: one search, where a walk would cost a quarter of a whole look. */
function dataHolds(data: object, pattern: RegExp): boolean {
  try {
    return JSON.stringify(data).search(pattern) >= 0;
  } catch {
    return true; // Nested too deep to be written: its parts are searched one by one.
  }
}

/** How deep plain data is cleaned; below, all of it counts as the secret. */
const MAX_DEPTH = 100;

/** Plain data with the secret replaced. */
function cleanData(value: unknown, pattern: RegExp, depth = 0): unknown {
  if (typeof value === 'string') return cleanText(value, pattern);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return REDACTED;
  const clean = (item: unknown) => cleanData(item, pattern, depth + 1);
  if (Array.isArray(value)) return value.map(clean);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [cleanText(key, pattern), clean(item)]),
  );
}

/** A stand-in for a cause that holds the secret somewhere: its words and its code, and nothing else of it. */
function standIn(cause: unknown, pattern: RegExp, depth = 0): unknown {
  if (!(cause instanceof Error)) return typeof cause === 'string' ? cleanText(cause, pattern) : REDACTED;
  // A foreign error may have anything for its words.
  const error = new Error(cleanText(String(cause.message), pattern));
  error.name = cleanText(String(cause.name), pattern);
  if (cause.stack !== undefined) error.stack = cleanText(String(cause.stack), pattern);
  const { code } = cause as { code?: unknown };
  if (typeof code === 'string') Object.assign(error, { code: cleanText(code, pattern) });
  if (cause.cause !== undefined && depth < MAX_CAUSES) error.cause = standIn(cause.cause, pattern, depth + 1);
  return error;
}

/** Replaces a secret wherever plain data has it. */
export function redactData<T>(data: T, secret: string): T {
  return cleanData(data, patternOf(secret)) as T;
}

/**
 * Replaces a secret wherever an error of this package, or a video, carries it: message, stack, fields, the chain of
 * causes. The thing stays the same object; a cause is replaced only if the secret is in it.
 */
export function redact<T extends object>(thing: T, secret: string): T {
  const pattern = patternOf(secret);
  if (!(thing instanceof Error ? holds : dataHolds)(thing, pattern)) return thing;
  // Not always a plain property: some engines compute it.
  if (thing instanceof Error && thing.stack) thing.stack = cleanText(String(thing.stack), pattern);
  for (const key of Reflect.ownKeys(thing)) {
    const property = Object.getOwnPropertyDescriptor(thing, key);
    if (!property || isIdentity(key, property.value, secret) || !holds(property.value, pattern)) continue;
    const value = key === 'cause' ? standIn(property.value, pattern) : cleanData(property.value, pattern);
    Object.defineProperty(thing, key, { ...property, value });
  }
  return thing;
}
