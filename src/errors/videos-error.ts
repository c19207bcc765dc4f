// What all errors of the package have in common, and how another copy of it is recognised.

/** Shared by every copy of the package in a process, so that `isVideosError` holds where `instanceof` does not. */
const BRAND = Symbol.for('videos-client.error');

/** Whether `value` is an error of this package, or of another copy of it. */
export function hasBrand(value: unknown): value is VideosError {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** What every error is made of. */
interface Details<Name extends string> {
  name: Name;
  taskId: string | null;
  isTransient: boolean;
  cause?: unknown;
}

/** Writes the stack anew, from the caller of `above` on, where the engine can do so. */
export function captureStack(error: Error, above?: unknown): void {
  (Error as { captureStackTrace?: (error: Error, above: unknown) => void }).captureStackTrace?.(error, above);
}

/** The family's head: every error that a method throws, save wrong arguments and what is the caller's own. */
export abstract class VideosError extends Error {
  /** The class's name, literally: survives minification, and a second copy of the package. */
  declare readonly name: string;
  /** The task that was asked for; `null` where there is none (`parseVideo`). */
  readonly taskId: string | null;
  /** Whether the same call may succeed later. */
  readonly isTransient: boolean;

  constructor(message: string, { name, taskId, isTransient, cause }: Details<string>) {
    super(message, cause === undefined ? undefined : { cause });
    Object.defineProperty(this, 'name', { value: name, configurable: true, writable: true });
    Object.defineProperty(this, BRAND, { value: true });
    this.taskId = taskId;
    this.isTransient = isTransient;
    // V8 wrote the stack's first line when there was no name yet.
    captureStack(this, new.target);
  }

  /** For logs: `JSON.stringify` of a plain `Error` shows neither its name nor its message, nor what caused it. */
  toJSON(): Record<string, unknown> {
    const { name, message, cause } = this;
    return Object.assign<Record<string, unknown>, VideosError>({ name, message, cause: told(cause) }, this);
  }
}

/** What a log is told of a cause. What is foreign may have anything in it, be it without an end. */
function told(cause: unknown): unknown {
  if (hasBrand(cause) || typeof cause === 'string') return cause;
  if (!(cause instanceof Error)) return undefined;
  const { name, message, code } = cause as Error & { code?: unknown };
  return { name: String(name), message: String(message), code: typeof code === 'string' ? code : undefined };
}
