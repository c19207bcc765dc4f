// The ky instance of a client.

import ky, { type KyInstance, type Options } from 'ky';
import { isBrowser } from '../internal/runtime.ts';
import { VERSION } from '../internal/version.ts';
import type { ClientSettings } from '../options/client-settings.ts';
import { checkResponse } from '../options/fetch-and-headers.ts';

/** ky passes options that it does not know to `fetch`: this is how `ownInit` reaches the adapter. */
export interface RequestOptions extends Options {
  method: 'GET' | 'POST';
  /** A hook runs again for each redirect: the key of the attempt is here. */
  context: { key: string | null };
  /** What the adapter gives to `fetch`, next to the URL and the headers. */
  ownInit: RequestInit;
}

/** Marks what `fetch` failed with, to distinguish it from what anything else in an attempt throws. */
export class FetchFailure {
  constructor(readonly cause: unknown) {}
}

function headersWithAgent(given: Headers): Headers {
  const headers = new Headers(given);
  // A page cannot set it, or only with the service's permission (CORS).
  if (!isBrowser() && !headers.has('user-agent')) headers.set('user-agent', `videos-client/${VERSION}`);
  return headers;
}

/** Retries, time limits and errors of statuses are not ky's: its own time limit, for one, ends at the headers. */
export function createKy({ headers, fetch }: ClientSettings): KyInstance {
  return ky.create({
    headers: headersWithAgent(headers),
    hooks: {
      beforeRequest: [
        (request, { context }) => {
          if (typeof context.key === 'string') request.headers.set('authorization', `Bearer ${context.key}`);
        },
      ],
    },
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
    // A foreign fetch does not know this runtime's `Request`, nor ky's signal, which nothing aborts.
    fetch: async (input, passedOn) => {
      const { url, method, headers } = input as Request;
      const { ownInit } = passedOn as unknown as RequestOptions;
      let response: Response;
      try {
        response = await fetch(url, { method, headers, ...ownInit });
      } catch (cause) {
        throw new FetchFailure(cause);
      }
      return checkResponse(response);
    },
  });
}
