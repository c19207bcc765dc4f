// What a Content-Range header says (RFC 9110, section 14.4).

/** Part of a file: from `start` up to, not including, `end`. */
export interface ContentRange {
  readonly start: number;
  readonly end: number;
  /** The length of the whole file, or `null` if the server does not know it. */
  readonly totalBytes: number | null;
}

/** Reads `bytes 0-1999/5000`; `null` for anything else, also for a range that contradicts itself. */
export function parseContentRange(header: string): ContentRange | null {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(header.trim()) ?? [];
  if (first === undefined) return null;
  const start = Number(first);
  const end = Number(last) + 1;
  const totalBytes = total === '*' ? null : Number(total);
  const isConsistent = start < end && end <= (totalBytes ?? Number.MAX_SAFE_INTEGER);
  return isConsistent ? { start, end, totalBytes } : null;
}

/** Writes the range of a part that reaches to the end of its file; an empty part has no bytes to name. */
export function formatContentRange(start: number, totalBytes: number): string {
  return start < totalBytes ? `bytes ${start}-${totalBytes - 1}/${totalBytes}` : `bytes */${totalBytes}`;
}
