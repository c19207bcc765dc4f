// Reads the arguments of the program, and explains wrong ones.

import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Wrong arguments, or none although some are needed: the caller's mistake, not the program's. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>;

/** Reads the arguments of a command. @throws {@link UsageError} */
export function readArguments<O extends Options>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    // On one line, without the advice on `--` that helps no one here.
    const [message = ''] = (error as Error).message
      .replaceAll('\n', ' ')
      .split(/\.?(?: To specify a positional|$)/);
    throw new UsageError(`${message}.`);
  }
}

/** The one task id of a command. @throws {@link UsageError} */
export function readId(positionals: readonly string[]): string {
  const [id, ...more] = positionals;
  if (id === undefined) throw new UsageError('Which task? Pass its id.');
  if (more.length > 0) throw new UsageError(`Expected one task id, got ${positionals.length}.`);
  return id;
}

/** @throws {@link UsageError} The command takes no positional arguments. */
export function readNothing(positionals: readonly string[]): void {
  if (positionals.length > 0) throw new UsageError(`Unexpected argument: ${JSON.stringify(positionals[0])}.`);
}

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `500ms`, `30s`, `5m` or `1h`. @throws {@link UsageError} */
export function readDuration(option: string, text: string): number {
  const [, amount, unit = ''] = /^(\d*\.?\d+)(ms|s|m|h)$/.exec(text) ?? [];
  if (amount !== undefined) return Number(amount) * (UNITS[unit] ?? Number.NaN);
  throw invalid(option, text, 'a duration such as 500ms, 30s, 5m or 1h');
}

/** @throws {@link UsageError} */
export function readNumber(
  option: string,
  text: string,
  pattern: RegExp,
  max: number,
  allowed: string,
): number {
  if (pattern.test(text) && Number(text) <= max) return Number(text);
  throw invalid(option, text, allowed);
}

export function invalid(option: string, value: string, allowed: string): UsageError {
  return new UsageError(`Invalid ${option}: ${JSON.stringify(value)}. Expected ${allowed}.`);
}
