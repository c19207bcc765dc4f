// Models of the AI SDK against an emulator, in fake time.
import type {
  APICallError,
  JSONValue,
  Experimental_VideoModelV4 as VideoModelV4,
  Experimental_VideoModelV4CallOptions as VideoModelV4CallOptions,
} from '@ai-sdk/provider';
import type { VideosClientOptions } from 'videos-client';
import { createVideosProvider } from 'videos-client/ai-sdk';
import { createVideosEmulator, type VideosEmulator } from 'videos-client/testing';
import { onTestFinished, vi } from 'vitest';
import { failureOf } from './failure-of.ts';

export type Model = Required<VideoModelV4>;

export const prompt = 'A cat on a skateboard';

export let emulator: VideosEmulator;

/** Before each test: a new emulator, and a clock that does not move. */
export function reset(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  emulator = createVideosEmulator();
}

export function provider(options: VideosClientOptions = {}) {
  const defaults = { apiKey: 'test-key', maxRetries: 0, polling: { jitter: false } };
  return createVideosProvider({ ...defaults, fetch: emulator.fetch, ...options });
}

export const model = (options?: VideosClientOptions) => provider(options).video('videos') as Model;

/** What the AI SDK calls a model with. */
export function callOptions(options: object = {}): VideoModelV4CallOptions {
  const names = ['aspectRatio', 'resolution', 'duration', 'fps', 'seed', 'image', 'frameImages'];
  const absent = Object.fromEntries(
    [...names, 'inputReferences', 'generateAudio'].map((name) => [name, undefined]),
  );
  return { prompt, n: 1, providerOptions: {}, ...absent, ...options } as VideoModelV4CallOptions;
}

/** The promise's result, once all time has passed that it takes. */
export async function settled<T>(promise: Promise<T> | PromiseLike<T>): Promise<T> {
  const result = Promise.resolve(promise);
  result.catch(() => {});
  await vi.runAllTimersAsync();
  return result;
}

export const rejectionOf = (promise: PromiseLike<unknown>) =>
  settled(failureOf<APICallError>(Promise.resolve(promise)));

/** How many requests of each kind there were: `create`, `result`, `video`. */
export function counts(): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { on, method } of emulator.requests) {
    const kind = on === 'video' ? 'video' : method === 'POST' ? 'create' : 'result';
    found[kind] = (found[kind] ?? 0) + 1;
  }
  return found;
}

export async function start(of: Model, options?: object): Promise<JSONValue> {
  return (await settled(of.doStart(callOptions(options)))).operation;
}

export const statusOf = async (of: Model, operation: JSONValue) =>
  (await settled(of.doStatus({ operation }))).status;
