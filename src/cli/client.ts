// The client of a command, from its flags and the environment.

import { VideosClient } from '../client.ts';
import { environment } from '../internal/runtime.ts';
import type { Output } from './output.ts';
import { readDuration, UsageError } from './usage.ts';

/** The flags of every command that talks to the service. */
export const CLIENT_FLAGS = {
  'base-url': { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** The flags of every command that waits. */
export const WAIT_FLAGS = {
  'max-wait': { type: 'string' },
  interval: { type: 'string' },
} as const;

interface ClientValues {
  readonly 'base-url'?: string | undefined;
}

interface WaitValues {
  readonly 'max-wait'?: string | undefined;
  readonly interval?: string | undefined;
}

/**
 * The client, with the key of the environment: as an argument it would be in the list of processes.
 *
 * @throws {@link UsageError}
 */
export function makeClient({ 'base-url': baseUrl }: ClientValues, output: Output): VideosClient {
  if (environment('VIDEOS_API_KEY') === undefined) {
    throw new UsageError('No API key. Set the environment variable VIDEOS_API_KEY.');
  }
  const client = new VideosClient({ baseUrl });
  if (baseUrl !== undefined) output.line(`The API key goes to ${new URL(baseUrl).host}.`);
  return client;
}

/** The options of the wait. @throws {@link UsageError} */
export function waitOptions(values: WaitValues): {
  maxWait?: number;
  minInterval?: number;
  maxInterval?: number;
} {
  const { 'max-wait': maxWait, interval } = values;
  const pause = interval === undefined ? undefined : readDuration('--interval', interval);
  return {
    ...(maxWait !== undefined && { maxWait: readDuration('--max-wait', maxWait) }),
    ...(pause !== undefined && { minInterval: pause, maxInterval: pause }),
  };
}

/** The arguments by which another run reaches the same service. */
export function sameService({ 'base-url': baseUrl }: ClientValues): string[] {
  return baseUrl === undefined ? [] : ['--base-url', baseUrl];
}
