// What a promise rejects with.

/** Resolves to the reason. Call it before fake time moves, so that the rejection is handled when it comes. */
export function failureOf<Reason = unknown>(promise: Promise<unknown>): Promise<Reason> {
  return promise.then(
    (value) => {
      throw new Error(`Expected a rejection, got ${JSON.stringify(value)}`);
    },
    (reason) => reason,
  );
}
