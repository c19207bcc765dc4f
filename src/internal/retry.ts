/** The first pause before a request is tried again; doubled each time. Most hiccups are over by then. */
const FIRST_BACK_OFF = 500;

/** The longest such pause: beyond it, a wait's own pauses take over. */
const MAX_BACK_OFF = 8_000;

/** The longest pause that a single call sits out: a person waits for it. A wait sits out any pause it has time for. */
export const MAX_SINGLE_PAUSE = 60_000;

/** The pause before attempt `n + 1`: drawn between half and the whole of 0.5 s, 1 s, 2 s, … up to 8 s. */
export function backOff(attempt: number): number {
  const whole = Math.min(FIRST_BACK_OFF * 2 ** (attempt - 1), MAX_BACK_OFF);
  return whole * (0.5 + Math.random() / 2);
}

/** Whether the same request may bring another status a moment later. */
export const isTransientStatus = (status: number) => [408, 425, 429].includes(status) || status >= 500;

/**
 * The pause that a `Retry-After` header asks for, in milliseconds: whole seconds, or an HTTP date (RFC 9110,
 * sections 10.2.3 and 5.6.7). `null` where there is none, or it makes no sense, or lies in the past.
 */
export function parseRetryAfter(header: string | null): number | null {
  const value = header?.trim() ?? '';
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, Number.MAX_SAFE_INTEGER);
  if (!/^(mon|tue|wed|thu|fri|sat|sun)\w*,? .*\d\d:\d\d:\d\d/i.test(value)) return null;
  // The oldest of the three forms (asctime) does not say that it is GMT, and means it.
  const ms = Date.parse(/gmt$/i.test(value) ? value : `${value} GMT`) - Date.now();
  return ms >= 0 ? ms : null;
}
