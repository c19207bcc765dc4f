import { REDACTED, Secret } from './secret.ts';

/** What identifies a thing is not touched, even where a key is so short that it occurs in it. */
const IDENTITY: readonly PropertyKey[] = ['name', 'taskId', 'id', 'object', 'model', 'status'];

/** How much of a chain of causes is kept where one holds the secret. */
const MAX_CAUSES = 12;

/** The last secret made, and of what: every look asks for the same. */
let latest = new Secret('none');

function secretOf(value: string): Secret {
  if (value !== latest.value) latest = new Secret(value);
  return latest;
}

/** Where the whole of a long key stands in its place, it identifies nothing. */
function isIdentity(key: PropertyKey, value: unknown, secret: Secret): boolean {
  return IDENTITY.includes(key) && !(typeof value === 'string' && secret.isWholeIn(value));
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

function holds(root: unknown, secret: Secret): boolean {
  // A set hands out what is added to it on the way, and everything once, cycles or not.
  const parts = new Set([root]);
  try {
    for (const part of parts) {
      if (typeof part === 'string' && secret.isIn(part)) return true;
      if (!isObject(part)) continue;
      for (const inner of partsOf(part)) if (parts.add(inner).size > MAX_PARTS) return true;
    }
    return false;
  } catch {
    return true; // A getter that throws: nobody knows what is behind it.
  }
}

/** Whether plain data, as a video is, holds it: one search, where a walk would cost a quarter of a whole look. */
function dataHolds(data: unknown, isIn: (text: string) => boolean): boolean {
  try {
    return isIn(JSON.stringify(data));
  } catch {
    return true; // Nested too deep to be written: its parts are searched one by one.
  }
}

/** How deep plain data is cleaned; below, all of it counts as the secret. */
const MAX_DEPTH = 100;

/** Plain data with the secret replaced. */
function cleanData(value: unknown, secret: Secret, depth = 0): unknown {
  if (typeof value === 'string') return secret.cutFrom(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return REDACTED;
  const clean = (item: unknown) => cleanData(item, secret, depth + 1);
  if (Array.isArray(value)) return value.map(clean);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [secret.cutFrom(key), clean(item)]));
}

/** A stand-in for a cause that holds the secret somewhere: its words and its code, and nothing else of it. */
function standIn(cause: unknown, secret: Secret, depth = 0): unknown {
  if (!(cause instanceof Error)) return typeof cause === 'string' ? secret.cutFrom(cause) : REDACTED;
  // A foreign error may have anything for its words.
  const error = new Error(secret.cutFrom(String(cause.message)));
  error.name = secret.cutFrom(String(cause.name));
  if (cause.stack !== undefined) error.stack = secret.cutFrom(String(cause.stack));
  const { code } = cause as { code?: unknown };
  if (typeof code === 'string') Object.assign(error, { code: secret.cutFrom(code) });
  if (cause.cause !== undefined && depth < MAX_CAUSES) error.cause = standIn(cause.cause, secret, depth + 1);
  return error;
}

/** Whether plain data shows the whole of a secret that is long enough to be no word like any other. */
export function showsWhole(data: unknown, key: string): boolean {
  return dataHolds(data, (text) => secretOf(key).isWholeIn(text));
}

/** Replaces a secret wherever plain data has it. */
export function redactData<T>(data: T, key: string): T {
  return cleanData(data, secretOf(key)) as T;
}

/**
 * Replaces a secret wherever an error of this package, or a video, carries it: message, stack, fields, the chain of
 * causes. The thing stays the same object; a cause is replaced only if the secret is in it.
 */
export function redact<T extends object>(thing: T, key: string): T {
  const secret = secretOf(key);
  const isHeld =
    thing instanceof Error ? holds(thing, secret) : dataHolds(thing, (text) => secret.isIn(text));
  if (!isHeld) return thing;
  // Not always a plain property: some engines compute it.
  if (thing instanceof Error && thing.stack) thing.stack = secret.cutFrom(String(thing.stack));
  for (const name of Reflect.ownKeys(thing)) {
    const property = Object.getOwnPropertyDescriptor(thing, name);
    if (!property || isIdentity(name, property.value, secret) || !holds(property.value, secret)) continue;
    const value = name === 'cause' ? standIn(property.value, secret) : cleanData(property.value, secret);
    Object.defineProperty(thing, name, { ...property, value });
  }
  return thing;
}
