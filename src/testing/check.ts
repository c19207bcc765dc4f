/** Longest value that a message shows. */
const MAX_SHOWN = 200;

/** As JSON; a number, which may be none, and what has no JSON as it prints. */
function textOf(value: unknown): string {
  try {
    return (typeof value === 'number' ? undefined : JSON.stringify(value)) ?? String(value);
  } catch {
    return String(value); // A cycle, or a bigint.
  }
}

/** Names the option, the value and what is allowed. */
function message(name: string, value: unknown, allowed: string): string {
  return `Invalid option ${name}: ${textOf(value).slice(0, MAX_SHOWN)}. Expected ${allowed}.`;
}

/** An option of the wrong kind. */
export function wrongKind(name: string, value: unknown, allowed: string): TypeError {
  return new TypeError(message(name, value, allowed));
}

/** Checks that an option, where it is set, is a number within its range. */
export function checkNumber(
  name: string,
  value: unknown,
  allowed: string,
  isAllowed: (value: number) => boolean,
): void {
  if (value === undefined) return;
  if (typeof value !== 'number') throw wrongKind(name, value, allowed);
  if (!isAllowed(value)) throw new RangeError(message(name, value, allowed));
}

/** Checks that an option, where it is set, is one of a few values. */
export function checkChoice(name: string, value: unknown, choices: readonly unknown[]): void {
  if (value === undefined || choices.includes(value)) return;
  throw wrongKind(name, value, choices.map((choice) => `'${choice}'`).join(' or '));
}

/** Checks that an option, where it is set, is a string. */
export function checkString(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'string') throw wrongKind(name, value, 'a string');
}

/** Checks that what was given is an object of options. */
export function checkObject(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) throw wrongKind(name, value, 'an object');
}

/** Checks that an id, where it is set, can be the last part of a URL's path. */
export function checkId(value: unknown): void {
  if (value === undefined) return;
  const isId = typeof value === 'string' && value.trim() !== '' && value !== '.' && value !== '..';
  if (!isId || /\p{Surrogate}/u.test(value)) {
    throw wrongKind('id', value, 'a string that is not blank, "." or ".." and has no lone surrogate');
  }
}
