// Replaces the API key wherever an error, or the data of the service, contains it.

const REDACTED = '[redacted]';

/** A shorter key is a test's, and may be an ordinary word. */
const MIN_KEY_LENGTH = 8;

/** How much of a key's beginning is compared where a text was cut: nested patterns have a limit. */
const MAX_START = 100;

/** How much of a foreign error is searched; a larger one counts as containing the key. */
const MAX_PARTS = 100_000;

/** How deep data, and a chain of causes, is rebuilt. */
const MAX_DEPTH = 100;

/** What printing shows without an own property: the message of a `DOMException`, the headers of a `Request`. */
const INHERITED = ['message', 'stack', 'cause', 'headers', 'url', 'href'];

interface SearchTerms {
  key: string;
  /** The whole key in each of its forms. */
  forms: ReadonlySet<string>;
  /** The beginning of the key, and perhaps half an escape, where a text was cut: a quote ends with `…` or `"`. */
  start: RegExp;
}

/** Those of the key that was used last: most requests use the same. */
let latest: SearchTerms | undefined;

const inJson = (text: string) => JSON.stringify(text).slice(1, -1);

/** A character as it is, escaped for JSON, or encoded for a URL. */
function patternOf(character: string): string {
  if (/\w/.test(character)) return character;
  const hex = character.charCodeAt(0).toString(16);
  return `(?:\\\\{0,3}\\${character}|%(?:${hex}|${hex.toUpperCase()}))`;
}

function searchTerms(key: string): SearchTerms {
  if (latest?.key === key) return latest;
  const encoded = encodeURIComponent(key);
  const lowerCase = encoded.replace(/%../g, (hex) => hex.toLowerCase());
  const forms = [key, encoded, lowerCase, key.replaceAll('/', '\\/'), inJson(key).replaceAll('/', '\\/')];
  const characters = [...key].slice(0, MAX_START).map(patternOf);
  // As much of the key as is there. Of a very long one, the rest is whatever follows.
  const rest = characters
    .slice(MIN_KEY_LENGTH)
    .reduceRight((longer, character) => `(?:${character}${longer})?`, '[^\\s"…]*');
  const start = characters.slice(0, MIN_KEY_LENGTH).join('');
  latest = {
    key,
    // Messages quote a text as JSON.
    forms: new Set(forms.flatMap((form) => [form, inJson(form)])),
    start: new RegExp(`${start}${rest}(?:%\\w?|\\\\+)?(?=["…]|$)`, 'g'),
  };
  return latest;
}

/** Whether a key is long enough to be searched for. */
export const isSearchable = (key: string) => key.length >= MIN_KEY_LENGTH;

type Clean = (text: string) => string;

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Plain data, cleaned; the same object if there is nothing to clean. */
function cleanData(value: unknown, clean: Clean, depth = 0): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return contains(value, clean) ? REDACTED : value;
  let isClean = true;
  const entries = Object.entries(value).map(([name, inner]) => {
    const entry = [clean(name), cleanData(inner, clean, depth + 1)] as const;
    isClean &&= entry[0] === name && entry[1] === inner;
    return entry;
  });
  if (isClean) return value;
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

/** Everything that printing or serializing an object would show. */
function* partsOf(value: object): Generator<unknown> {
  // Bytes are not shown as text.
  if (ArrayBuffer.isView(value)) return;
  // A map, a set, headers, the parameters of a URL.
  if (Symbol.iterator in value && 'has' in value) yield* value as Iterable<unknown>;
  for (const name of INHERITED) if (name in value) yield value[name as keyof typeof value];
  for (const name of Reflect.ownKeys(value)) {
    yield name;
    yield Object.getOwnPropertyDescriptor(value, name)?.value;
  }
}

function contains(root: unknown, clean: Clean): boolean {
  // A set yields what is added to it meanwhile, and everything once, cycles or not.
  const parts = new Set([root]);
  try {
    for (const part of parts) {
      if (typeof part === 'string' && clean(part) !== part) return true;
      if (!isObject(part)) continue;
      for (const inner of partsOf(part)) if (parts.add(inner).size > MAX_PARTS) return true;
    }
    return false;
  } catch {
    return true; // A getter that throws: what is behind it cannot be searched.
  }
}

/** The cause itself, or what can be shown of one that contains the key: name, message, stack, code and its causes. */
function sanitizedCause(cause: unknown, clean: Clean, depth = 0): unknown {
  if (depth === 0 && !contains(cause, clean)) return cause;
  if (!(cause instanceof Error)) return typeof cause === 'string' ? clean(cause) : REDACTED;
  const { name, message, stack, code, cause: inner } = cause as Error & { code?: unknown };
  // A foreign error may have anything for a message.
  const error = new Error(clean(String(message)));
  error.name = clean(String(name));
  if (stack !== undefined) error.stack = clean(String(stack));
  if (typeof code === 'string') Object.assign(error, { code: clean(code) });
  if (inner !== undefined && depth < MAX_DEPTH) error.cause = sanitizedCause(inner, clean, depth + 1);
  return error;
}

function withoutForms(text: string, { forms }: SearchTerms): string {
  let clean = text;
  for (const form of forms) clean = clean.replaceAll(form, REDACTED);
  return clean;
}

/** The data without the key; the same object if the key is not in it. */
export function redactData<T>(data: T, key: string): T {
  if (!isSearchable(key)) return data;
  const terms = searchTerms(key);
  return cleanData(data, (text) => withoutForms(text, terms)) as T;
}

/** Removes the key from an error: from its message, stack, fields and causes. */
export function redactError<E extends Error>(error: E, key: string): E {
  if (!isSearchable(key)) return error;
  const terms = searchTerms(key);
  const clean = (text: string) => withoutForms(text, terms).replace(terms.start, REDACTED);
  // Not always a plain property: some engines compute it.
  if (error.stack) error.stack = clean(error.stack);
  for (const name of Reflect.ownKeys(error)) {
    const property = Object.getOwnPropertyDescriptor(error, name);
    const value = property?.value;
    // Nothing was cut of a body that is JSON, or of a video: an ending like a tenant's name is not a key.
    const isText = typeof value === 'string' || name === 'issues';
    const redacted =
      name === 'cause'
        ? sanitizedCause(value, clean)
        : isText
          ? cleanData(value, clean)
          : redactData(value, key);
    if (redacted !== value) Object.defineProperty(error, name, { ...property, value: redacted });
  }
  return error;
}
