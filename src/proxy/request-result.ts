// Requests a task's result from the service, with the API key added.

import { resultPath } from '../internal/api-paths.ts';
import { discard } from '../internal/body-reader.ts';
import { redactError } from '../internal/redact.ts';
import { environment, uncached } from '../internal/runtime.ts';
import { duration } from '../internal/text.ts';
import { withTimeLimit } from '../internal/time-limit.ts';
import { checkApiKey } from '../options/api-key.ts';
import { ProxyError } from './proxy-error.ts';
import type { ProxySettings } from './proxy-settings.ts';
import { toClientResponse } from './to-client-response.ts';

type Settings = Pick<ProxySettings<unknown>, 'apiKey' | 'baseUrl' | 'fetch' | 'timeout'>;

/**
 * The service's response to a request for a task, as the browser may see it.
 *
 * @throws {@link ProxyError} 500, if there is no API key; 502 or 504, if there is no complete response.
 */
export function requestResult(id: string, request: Request, settings: Settings): Promise<Response> {
  const { timeout } = settings;
  const timeoutError = () =>
    new ProxyError(504, `The service sent no complete response within ${duration(timeout)}.`);
  return withTimeLimit(timeout, request.signal ?? undefined, timeoutError, async (limit) => {
    const key = await readApiKey(settings);
    try {
      return await toClientResponse(await send(id, key, settings, limit.signal), key, limit);
    } catch (error) {
      const isExplained = error instanceof ProxyError;
      throw redactError(
        isExplained ? error : new ProxyError(502, 'The service sent no complete response.', error),
        key,
      );
    }
  });
}

/** @throws {@link ProxyError} */
async function readApiKey({ apiKey }: Settings): Promise<string> {
  try {
    if (typeof apiKey === 'string') return apiKey;
    if (apiKey) return checkApiKey(await apiKey(), 'result of the apiKey function');
    const key = environment('VIDEOS_API_KEY');
    if (key === undefined) {
      throw new TypeError(
        'No API key. Set the environment variable VIDEOS_API_KEY, or pass the option apiKey.',
      );
    }
    return checkApiKey(key, 'environment variable VIDEOS_API_KEY');
  } catch (cause) {
    throw new ProxyError(500, 'The proxy has no API key. Check VIDEOS_API_KEY, or the option apiKey.', cause);
  }
}

/** @throws {@link ProxyError} It is a redirect. @throws What `fetch` throws. */
async function send(id: string, key: string, settings: Settings, signal: AbortSignal): Promise<Response> {
  const init = uncached<RequestInit>({
    headers: { accept: 'application/json', authorization: `Bearer ${key}` },
    redirect: 'manual',
    signal,
  });
  const response = await settings.fetch(settings.baseUrl + resultPath(id), init);
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    discard(response);
    const status = response.status || 'a redirect';
    throw new ProxyError(
      502,
      `The service responded with ${status}, and the proxy does not follow redirects. Set baseUrl to where the API is.`,
    );
  }
  return response;
}
