// What a `Retry-After` header says.

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
