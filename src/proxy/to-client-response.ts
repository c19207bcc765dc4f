// Reduces the service's response to what a browser may see.

import { errorEnvelope, KEY_REFUSED_CODE } from '../internal/envelope.ts';
import { isKeyRefused } from '../internal/http-status.ts';
import { MAX_REPLY_BYTES, parseJson, readReply } from '../internal/read-reply.ts';
import { redactData } from '../internal/redact.ts';
import { readRetryAfter } from '../internal/retry-after.ts';
import type { TimeLimit } from '../internal/time-limit.ts';
import { jsonResponse } from './json-response.ts';
import { ProxyError } from './proxy-error.ts';

/**
 * @throws {@link ProxyError} 502, if the key is refused or a successful response is not JSON.
 * @throws What the body's stream throws, if the response is successful.
 */
export async function toClientResponse(response: Response, key: string, limit: TimeLimit): Promise<Response> {
  const reply = { text: '', isTooLong: false };
  await readReply(response, reply, limit).catch((error: unknown) => {
    // A response with an error status is that error, even if its body cannot be read.
    if (response.ok) throw error;
  });
  const body = reply.isTooLong ? undefined : parseJson(reply.text);
  if (refusesKey(response.status, body)) {
    // Passed on, it would mean to the page that its own user is not signed in.
    throw new ProxyError(
      502,
      "The service does not accept the proxy's API key. Check VIDEOS_API_KEY, or the option apiKey.",
    );
  }
  if (response.ok && body === undefined) {
    throw new ProxyError(
      502,
      `The service's response is not JSON, or over ${MAX_REPLY_BYTES / 2 ** 20} MiB.`,
    );
  }
  const headers = passedHeaders(response.headers, key);
  if (body === undefined) {
    // A gateway's HTML must not become a page of the application's origin.
    const message = 'The service responded with an error that is not JSON.';
    return jsonResponse(response.status, JSON.stringify({ message }), headers);
  }
  const redacted = redactData({ body, text: reply.text }, key);
  // If the key is not in it, the text as received: what is nested very deeply cannot be serialized again.
  const json = redacted.body === body ? redacted.text : JSON.stringify(redacted.body);
  return jsonResponse(response.status, json, headers);
}

/** What of the service's headers the browser gets; any other may be a secret, or a cookie for the wrong origin. */
function passedHeaders(from: Headers, key: string): Headers {
  const headers = new Headers();
  // In seconds, whatever form the service uses: a date would be compared with the clock of the browser's machine.
  const { pause, retryAfter } = readRetryAfter(from);
  if (pause > 0 || retryAfter !== null) headers.set('retry-after', String(Math.ceil(pause / 1000)));
  const requestId = from.get('x-request-id');
  if (requestId !== null) headers.set('x-request-id', redactData(requestId, key));
  return headers;
}

function refusesKey(status: number, body: unknown): boolean {
  const code = Number(errorEnvelope(body)?.code);
  return isKeyRefused(status) || isKeyRefused(code) || code === KEY_REFUSED_CODE;
}
