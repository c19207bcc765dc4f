// A key with everything that JSON and URLs escape, and whether an error shows it anywhere.
import { inspect } from 'node:util';
import { isVideosError, VideosClient, type VideosClientOptions } from 'videos-client';
import { expect } from 'vitest';
import { failureOf } from './failure-of.ts';

/** No form of it changes its beginning. */
export const KEY = 'sk-live-1"2\\3/4+5=6&7%8#9';
export const IN_JSON = JSON.stringify(KEY).slice(1, -1);
export const IN_URL = encodeURIComponent(KEY);

/** A client with that key, which neither retries nor pauses. */
export function clientOf(options: VideosClientOptions) {
  return new VideosClient({
    apiKey: KEY,
    maxRetries: 0,
    polling: { minInterval: 0, maxInterval: 1 },
    ...options,
  });
}

/** Everything that printing or serializing an error shows. */
function printed(error: unknown): string {
  const parts = [
    inspect(error, { depth: 10 }),
    inspect(error, { depth: 10, showHidden: true }),
    String(error),
  ];
  for (let link = error; link instanceof Error; link = link.cause) {
    parts.push(link.name, link.message, link.stack ?? '', JSON.stringify(link), JSON.stringify({ ...link }));
    for (const key of Reflect.ownKeys(link)) parts.push(String(Reflect.get(link, key)));
  }
  return parts.join('\n');
}

/** The error that a call rejects with, which shows the key nowhere. */
export async function expectNoKeyIn(call: Promise<unknown>): Promise<Error> {
  const error = await failureOf(call);
  expect(isVideosError(error)).toBe(true);
  // A part that no encoding changes.
  expect(printed(error)).not.toContain('live');
  return error as Error;
}
