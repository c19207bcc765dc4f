// What a request knows of the wait that it is a poll of: WaitContext.

export interface WaitContext {
  /** When the wait ends, in the time of `performance.now()`. */
  readonly deadline: number;
  /** Called when the request pauses before its next attempt: meanwhile its place can go to another poll. */
  readonly onPause?: (() => void) | undefined;
}
