/** What stands where the API key stood. */
const REDACTED = '[redacted]';

/** What identifies a thing is never touched, even where a key is so short that it occurs in it. */
const IDENTITY: readonly PropertyKey[] = ['name', 'taskId', 'id', 'object', 'model', 'status'];

/** How much of a chain of causes is kept where one holds the secret. */
const MAX_CAUSES = 12;

/** The forms in which a secret travels: as it is, in JSON (with `/` escaped or not), in a URL. */
function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  return [...new Set([secret, json, json.replaceAll('/', '\\/'), encodeURIComponent(secret)])];
}

function cleanText(text: string, forms: readonly string[]): string {
  return forms.reduce((clean, form) => clean.replaceAll(form, REDACTED), text);
}

/** How much is searched; what is larger counts as holding the secret. */
const MAX_PARTS = 100_000;

/** What printing shows though no property has it: the words of a `DOMException`, the headers of a `Request`. */
const BEHIND_GETTERS = ['message', 'stack', 'cause', 'headers', 'url'];

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

function holds(root: unknown, forms: readonly string[]): boolean {
  // A set hands out what is added to it on the way, and everything once, cycles or not.
  const parts = new Set([root]);
  for (const part of parts) {
    if (typeof part === 'string' && forms.some((form) => part.includes(form))) return true;
    if (typeof part !== 'object' || part === null) continue;
    for (const inner of partsOf(part)) if (parts.add(inner).size > MAX_PARTS) return true;
  }
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
  if (cause.cause !== undefined && depth < MAX_CAUSES) error.cause = standIn(cause.cause, forms, depth + 1);
  return error;
}

/** Replaces a secret wherever plain data has it. */
export function redactData<T>(data: T, secret: string): T {
  return cleanData(data, formsOf(secret)) as T;
}

/**
 * Replaces a secret wherever an error of this package, or a video, carries it: message, stack, fields, the chain of
 * causes. The thing stays the same object; a cause is replaced only if the secret is in it.
 */
export function redact<T extends object>(thing: T, secret: string): T {
  const forms = formsOf(secret);
  if (!holds(thing, forms)) return thing;
  // Not always a plain property: some engines compute it.
  if (thing instanceof Error && thing.stack) thing.stack = cleanText(thing.stack, forms);
  for (const key of Reflect.ownKeys(thing)) {
    const property = Object.getOwnPropertyDescriptor(thing, key);
    if (IDENTITY.includes(key) || !property || !holds(property.value, forms)) continue;
    const value = key === 'cause' ? standIn(property.value, forms) : cleanData(property.value, forms);
    Object.defineProperty(thing, key, { ...property, value });
  }
  return thing;
}
