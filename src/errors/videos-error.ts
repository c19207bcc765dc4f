// The base class of all errors, and how an error of another copy of the package is recognised.

/** Shared by all copies of the package in a process: `isVideosError` works across them, `instanceof` does not. */
const BRAND = Symbol.for('videos-client.error');

/** Whether `value` is an error of this package, or of another copy of it. */
export function hasBrand(value: unknown): value is VideosError {
  return typeof value === 'object' && value !== null && BRAND in value;
}

/** What an error is made of: all but its name and its cause becomes fields. */
interface Details {
  name: string;
  taskId: string | null;
  isTransient: boolean;
  cause?: unknown;
  [field: string]: unknown;
}

/** Rewrites the stack so that it begins at the caller of `above`, in engines that support it. */
export function captureStack(error: Error, above?: unknown): void {
  (Error as { captureStackTrace?: (error: Error, above: unknown) => void }).captureStackTrace?.(error, above);
}

/**
 * What every error of this package extends. Methods throw no others, except for a wrong argument (`TypeError`,
 * `RangeError`), the caller's own abort reason, an error out of the caller's callback, and an error of the file system.
 * No error shows the API key.
 *
 * @category Errors
 */
export abstract class VideosError extends Error {
  /** The name of the class, a literal: it survives minification, and narrows across copies of the package. */
  declare readonly name: string;
  /** The id that the method was called with; `null` if there was none (`parseVideo`, `create`). */
  declare readonly taskId: string | null;
  /** Whether the same call may succeed later. */
  declare readonly isTransient: boolean;

  constructor(message: string, { name, cause, ...fields }: Details) {
    super(message, cause === undefined ? undefined : { cause });
    Object.defineProperty(this, 'name', { value: name, configurable: true, writable: true });
    Object.defineProperty(this, BRAND, { value: true });
    Object.assign(this, fields);
    // V8 wrote the stack's first line when there was no name yet.
    captureStack(this, new.target);
  }

  /** For logs: `JSON.stringify` of a plain `Error` has neither its name, nor its message, nor its cause. */
  toJSON(): Record<string, unknown> {
    const { name, message, cause } = this;
    return Object.assign<Record<string, unknown>, VideosError>(
      { name, message, cause: serializedCause(cause) },
      this,
    );
  }
}

/** What JSON shows of a cause. A foreign error may hold anything, cycles included. */
function serializedCause(cause: unknown): unknown {
  if (hasBrand(cause) || typeof cause === 'string') return cause;
  if (!(cause instanceof Error)) return undefined;
  const { name, message, code } = cause as Error & { code?: unknown };
  return { name: String(name), message: String(message), code: typeof code === 'string' ? code : undefined };
}
