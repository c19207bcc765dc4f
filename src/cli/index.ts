#!/usr/bin/env node
// The program videos-client: picks the command, and turns how it ends into an exit code.

import { isVideosError } from '../errors/index.ts';
import { VERSION } from '../internal/version.ts';
import { isDiskFull } from '../node/file-system.ts';
import { type Command, create, get, saveFile, wait } from './commands.ts';
import { emulator } from './emulator.ts';
import { HELP } from './help.ts';
import { Output } from './output.ts';
import { UsageError } from './usage.ts';

const COMMANDS: Record<Exclude<keyof typeof HELP, 'overview'>, Command> = {
  create,
  wait,
  save: saveFile,
  get,
  emulator,
};

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Wrong usage: a mistake in the arguments, of which nothing was sent. */
const isUsage = (error: unknown) =>
  error instanceof UsageError || error instanceof TypeError || error instanceof RangeError;

function exitCodeOf(error: unknown): number {
  if (isUsage(error)) return 2;
  const isTemporary = isDiskFull(error) || (isVideosError(error) && error.isTransient);
  return isTemporary ? 3 : 1;
}

async function run(name: keyof typeof COMMANDS, args: readonly string[]): Promise<number> {
  let output = new Output(false);
  const interrupt = new AbortController();
  // Once: a second Ctrl-C ends the process at once, as it does by default.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort(signal));
  const context = { output, signal: interrupt.signal, resume: null as string | null };
  try {
    const { help, json, run } = COMMANDS[name](args);
    if (help) {
      process.stdout.write(HELP[name]);
      return 0;
    }
    output = new Output(json);
    await run(Object.assign(context, { output }));
    return 0;
  } catch (error) {
    const { signal } = context;
    const isInterrupted = signal.aborted && error === signal.reason;
    const code = isInterrupted ? EXIT_CODES[signal.reason as keyof typeof EXIT_CODES] : exitCodeOf(error);
    const isEnded = isVideosError(error) && error.name === 'VideoFailedError';
    // After a permanent error only if the task is a new one, which has been paid for.
    const isResumable = isInterrupted || code === 3 || (name === 'create' && !isEnded);
    const resume = isResumable ? context.resume : null;
    if (!isInterrupted) {
      output.event('failed', { error: isVideosError(error) ? error : String(error), resume });
      output.line(`${output.styled('red', 'videos-client:')} ${(error as Error).message}`);
      if (isUsage(error)) output.line(`See videos-client ${name} --help.`);
    }
    if (resume !== null) output.line(`Resume with: ${resume}`);
    else if (isInterrupted && name === 'create') {
      output.line('A task may have been created and billed: check your account before you create another.');
    }
    return code;
  }
}

async function main([name = '', ...args]: readonly string[]): Promise<number> {
  if (Object.hasOwn(COMMANDS, name)) return run(name as keyof typeof COMMANDS, args);
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const isHelp = name === '--help' || name === '-h' || name === 'help';
  if (!isHelp && name !== '') {
    process.stderr.write(`videos-client: there is no command ${JSON.stringify(name)}.\n\n`);
  }
  (isHelp ? process.stdout : process.stderr).write(HELP.overview);
  return isHelp ? 0 : 2;
}

// A reader that has gone, such as `head`, ends nothing: the video has been paid for, and its file is still wanted.
process.stderr.on('error', () => {});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
