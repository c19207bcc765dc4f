/**
 * Has a download go on from what a file already holds. A symbol, so that it is no option of anyone's; registered,
 * so that `saveVideo` and a client of two copies of the package agree.
 */
export const RESUME: unique symbol = Symbol.for('videos-client.resume') as never;

/** What is there of a file, and who keeps it. */
export interface Resume {
  /** How many bytes are there; 0 for none. The body then begins behind them, if the file is still the same. */
  readonly offset: number;
  /** What the file was known by. */
  readonly validator: string | null;
  /**
   * Called before the file's first byte, whenever it is begun (again): what is there is of no use.
   *
   * @param handedOut - How many bytes the body has brought before: they are of no use either.
   */
  readonly onStart: (validator: string | null, handedOut: number) => Promise<void>;
}
