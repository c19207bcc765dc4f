// The commands that talk to the service: get, wait, save, create.

import { CLIENT_FLAGS, makeClient, sameService, WAIT_FLAGS, waitOptions } from './client.ts';
import type { Output } from './output.ts';
import { checkPath, defaultPath } from './output-path.ts';
import { save } from './save.ts';
import { command } from './shell.ts';
import { showWait } from './show-wait.ts';
import { readArguments, readId, readNothing, readNumber, UsageError } from './usage.ts';

/** What a command runs in. */
interface Context {
  readonly output: Output;
  /** Aborts on Ctrl-C, and on SIGTERM. */
  readonly signal: AbortSignal;
  /** The command that resumes if this one ends early; `null` while none is known. */
  resume: string | null;
}

type Run = (context: Context) => Promise<void>;

/** Reads the arguments, and returns what does the work. */
export type Command = (args: readonly string[]) => {
  readonly json: boolean;
  readonly help: boolean;
  readonly run: Run;
};

const OUTPUT_FLAG = { output: { type: 'string', short: 'o' } } as const;

export const get: Command = (args) => {
  const { values, positionals } = readArguments(args, CLIENT_FLAGS);
  return {
    ...values,
    async run({ output, signal }) {
      const id = readId(positionals);
      const video = await makeClient(values, output).getResult(id, { signal });
      output.json(video);
      output.line(video.error === null ? video.status : `${video.status}: ${video.error}`);
      if (video.status === 'completed') output.result(video.video_url);
    },
  };
};

export const wait: Command = (args) => {
  const { values, positionals } = readArguments(args, { ...CLIENT_FLAGS, ...WAIT_FLAGS, ...OUTPUT_FLAG });
  return {
    ...values,
    async run(context) {
      const id = readId(positionals);
      const { output: path } = values;
      const options = waitOptions(values);
      if (path !== undefined) await checkPath(path);
      const client = makeClient(values, context.output);
      context.resume = command(
        'wait',
        id,
        ...(path === undefined ? [] : ['-o', path]),
        ...sameService(values),
      );
      const { output, signal } = context;
      const video = await showWait(output, (callbacks) =>
        client.waitForCompletion(id, { ...options, ...callbacks, signal }),
      );
      context.output.event('completed', { video });
      if (path === undefined) context.output.result(video.video_url);
      else await save(client, video, path, context);
    },
  };
};

export const saveFile: Command = (args) => {
  const { values, positionals } = readArguments(args, { ...CLIENT_FLAGS, ...OUTPUT_FLAG });
  return {
    ...values,
    async run(context) {
      const id = readId(positionals);
      const client = makeClient(values, context.output);
      const path = values.output ?? defaultPath(id);
      // A task that has not ended yet: `wait` saves as well, once it has.
      context.resume = command('wait', id, '-o', path, ...sameService(values));
      await save(client, id, path, context);
    },
  };
};

export const create: Command = (args) => {
  const { values, positionals } = readArguments(args, {
    ...CLIENT_FLAGS,
    ...WAIT_FLAGS,
    ...OUTPUT_FLAG,
    prompt: { type: 'string' },
    model: { type: 'string', default: 'videos' },
    duration: { type: 'string', default: '5' },
    ratio: { type: 'string' },
  });
  return {
    ...values,
    async run(context) {
      readNothing(positionals);
      const { prompt, model, ratio } = values;
      if (prompt === undefined) throw new UsageError('What is the video of? Pass --prompt.');
      const duration = readNumber('--duration', values.duration, /^\d+$/, 3_600, 'whole seconds, such as 5');
      const options = waitOptions(values);
      const { output, signal } = context;
      // Before anything is paid for.
      if (values.output !== undefined) await checkPath(values.output);
      const client = makeClient(values, output);
      let path = values.output;
      const video = await showWait(output, (callbacks) =>
        client.generate(
          { model, prompt, duration, ...(ratio !== undefined && { ratio }) },
          {
            ...options,
            ...callbacks,
            signal,
            onCreated(task) {
              path ??= defaultPath(task.id);
              context.resume = command('wait', task.id, '-o', path, ...sameService(values));
              output.event('created', { video: task });
              output.line(`${output.styled('green', 'Created')} task ${task.id}`);
            },
          },
        ),
      );
      output.event('completed', { video });
      await save(client, video, path ?? defaultPath(video.id), context);
    },
  };
};
