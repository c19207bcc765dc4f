// How long to pause before a request is tried again, and for whom.

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
