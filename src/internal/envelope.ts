// Envelopes: a gateway's wrapping of a task or of an error.

type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const isEmpty = (value: unknown): value is null | undefined | '' =>
  value === null || value === undefined || value === '';
const isCode = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

/** An envelope has no status of its own; a task always has one. */
export const isEnvelope = (value: unknown): value is Json => isObject(value) && isEmpty(value.status);
const isSuccess = (code: unknown) =>
  isEmpty(code) || (isCode(code) && /^(0|200|success|ok)$/i.test(String(code)));

/** How this service refuses a key: with HTTP 200, and an envelope with this code. As an HTTP status it means an empty body. */
export const KEY_REFUSED_CODE = 204;

/** The envelope that reports an error, or `null` if the value is anything else. */
export function errorEnvelope(value: unknown): (Json & { code: string | number }) | null {
  if (!isEnvelope(value)) return null;
  const { code } = value;
  return isCode(code) && !isSuccess(code) ? { ...value, code } : null;
}

/** What is in an envelope that reports success; any other value unchanged. */
export function openEnvelope(value: unknown): unknown {
  return isEnvelope(value) && isObject(value.data) && isSuccess(value.code) ? value.data : value;
}
