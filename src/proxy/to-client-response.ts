// Reduces the service's response to what a browser may see.

import { MAX_REPLY_BYTES, parseJson, readReply } from '../internal/body.ts';
import { redactData, showsWhole } from '../internal/redact.ts';
import type { TimeLimit } from '../internal/time-limit.ts';
import { jsonResponse } from './json-response.ts';
import { ProxyError } from './proxy-error.ts';

/** What of the service's headers the browser gets; any other may be a secret, or a cookie for the wrong origin. */
const PASSED_HEADERS = ['retry-after', 'x-request-id'];

/**
 * @throws {@link ProxyError} 502, where the key is refused or a successful response is not JSON.
 * @throws what the body's stream throws, where the response is successful.
 */
export async function toClientResponse(response: Response, key: string, limit: TimeLimit): Promise<Response> {
  const reply = { text: '', isTooLong: false };
  await readReply(response, reply, limit).catch((error: unknown) => {
    // A response with an error status is that error, whatever becomes of its body.
    if (response.ok) throw error;
  });
  const body = reply.isTooLong ? undefined : parseJson(reply.text);
  if (isKeyRefused(response.status, body)) {
    // Passed on, it would tell the page that its own user is not signed in.
    throw new ProxyError(502, "The service does not accept the proxy's API key.");
  }
  if (response.ok && body === undefined) {
    throw new ProxyError(
      502,
      `The service's response is not JSON, or over ${MAX_REPLY_BYTES / 2 ** 20} MiB.`,
    );
  }
  const headers = new Headers();
  for (const name of PASSED_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, redactData(value, key));
  }
  // A gateway's HTML must not become a page of the application's origin.
  const message = 'The service responded with an error that is not JSON.';
  return jsonResponse(response.status, body === undefined ? { message } : withoutKey(body, key), headers);
}

/** A task, or the envelope of one, as far as the proxy reads them. */
type Body = Partial<Record<'status' | 'code' | 'data', unknown>>;

/** An envelope has no status of its own. */
const isEnvelope = ({ status }: Body) => (status ?? '') === '';

/** 401 or 403, as the HTTP status or as the code of an envelope. */
function isKeyRefused(httpStatus: number, json: unknown): boolean {
  const body: Body = Object(json);
  const code = isEnvelope(body) ? Number(body.code) : 0;
  return [httpStatus, code].some((status) => status === 401 || status === 403);
}

/** Without the key; but a completed video stays unchanged where its URL only has a word in common with the key. */
function withoutKey(json: unknown, key: string): unknown {
  const body: Body = Object(json);
  const { status }: Body = isEnvelope(body) ? Object(body.data) : body;
  const isCompleted = String(status).toLowerCase() === 'completed';
  return isCompleted && !showsWhole(json, key) ? json : redactData(json, key);
}
