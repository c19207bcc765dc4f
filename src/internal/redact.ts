/** What stands where the API key stood. */
const REDACTED = '[redacted]';

/** What identifies an error is never touched, even where a key is so short that it occurs in it. */
const IDENTITY: readonly PropertyKey[] = ['name', 'taskId'];

/** How deep a cause is searched: as deep as anyone prints one. */
const MAX_DEPTH = 12;

/** The forms in which a secret travels: as it is, in JSON (with `/` escaped or not), in a URL. */
function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  return [...new Set([secret, json, json.replaceAll('/', '\\/'), encodeURIComponent(secret)])];
}

function cleanText(text: string, forms: readonly string[]): string {
  return forms.reduce((clean, form) => clean.replaceAll(form, REDACTED), text);
}

/** Everything that printing or serializing a value would show. */
function* partsOf(value: object): Generator<unknown> {
  if (value instanceof Headers || value instanceof Map) yield* [...value.entries()].flat();
  else if (value instanceof Set) yield* value;
  // A `DOMException` has them behind getters.
  if (value instanceof Error) yield* [value.message, value.stack, value.cause];
  // A `Request` and a `Response` keep their headers and URL behind getters.
  if (value instanceof Request || value instanceof Response) yield* [value.headers, value.url];
  for (const key of Reflect.ownKeys(value)) {
    yield key;
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property && 'value' in property) yield property.value;
  }
}

function holds(value: unknown, forms: readonly string[], seen: Set<unknown>, depth = 0): boolean {
  if (typeof value === 'string') return forms.some((form) => value.includes(form));
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH || seen.has(value)) return false;
  seen.add(value);
  for (const part of partsOf(value)) if (holds(part, forms, seen, depth + 1)) return true;
  return false;
}

/** Plain data with the secret replaced. */
function cleanData(value: unknown, forms: readonly string[]): unknown {
  if (typeof value === 'string') return cleanText(value, forms);
  if (Array.isArray(value)) return value.map((item) => cleanData(item, forms));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [cleanText(key, forms), cleanData(item, forms)]),
  );
}

/** A stand-in for a cause that holds the secret somewhere: its words and its code, and nothing else of it. */
function standIn(cause: unknown, forms: readonly string[], depth = 0): unknown {
  if (!(cause instanceof Error)) return typeof cause === 'string' ? cleanText(cause, forms) : REDACTED;
  const error = new Error(cleanText(cause.message, forms));
  error.name = cleanText(cause.name, forms);
  if (cause.stack !== undefined) error.stack = cleanText(cause.stack, forms);
  const { code } = cause as { code?: unknown };
  if (typeof code === 'string') Object.assign(error, { code: cleanText(code, forms) });
  if (cause.cause !== undefined && depth < MAX_DEPTH) error.cause = standIn(cause.cause, forms, depth + 1);
  return error;
}

/** Replaces a secret wherever a text has it. */
export function redactText(text: string, secret: string): string {
  return cleanText(text, formsOf(secret));
}

/**
 * Replaces a secret wherever an error of this package carries it: message, stack, fields, the chain of causes.
 * The error stays the same object; a cause is replaced only if the secret is in it.
 */
export function redact<E extends Error>(error: E, secret: string): E {
  const forms = formsOf(secret);
  if (!holds(error, forms, new Set())) return error;
  for (const key of Reflect.ownKeys(error)) {
    const property = Object.getOwnPropertyDescriptor(error, key);
    if (IDENTITY.includes(key) || !property || !holds(property.value, forms, new Set())) continue;
    const value = key === 'cause' ? standIn(property.value, forms) : cleanData(property.value, forms);
    Object.defineProperty(error, key, { ...property, value });
  }
  return error;
}
