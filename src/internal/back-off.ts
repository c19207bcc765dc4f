// How long to pause before a retry.

/** The first pause before a retry, doubled each time. Most short outages are over by then. */
const FIRST_BACK_OFF = 500;

/** How much longer the longest pause is than the first: beyond 8 s, a wait's own pauses take over. */
const MAX_GROWTH = 16;

/** The longest pause before a retry. */
export const MAX_BACK_OFF = FIRST_BACK_OFF * MAX_GROWTH;

/** The longest pause of a single call, which a person waits for. A wait pauses as long as its deadline allows. */
export const MAX_SINGLE_PAUSE = 60_000;

/** The first pause of a request, drawn between half and the whole of 0.5 s, so that clients do not retry in step. */
export const firstBackOff = () => Math.round(FIRST_BACK_OFF * (0.5 + Math.random() / 2));

/** The pauses that follow from the first one, as p-retry takes them: doubled each time, up to 16 times as long. */
export const retrySchedule = (first: number) => ({
  minTimeout: first,
  factor: 2,
  maxTimeout: first * MAX_GROWTH,
});

/** The pause after attempt `n` of a request. */
export const backOff = (attempt: number, first = firstBackOff()) =>
  Math.min(first * 2 ** (attempt - 1), first * MAX_GROWTH);
