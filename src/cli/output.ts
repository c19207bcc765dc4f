// What the program prints: results and events to stdout, everything for a person to stderr.

import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Moves to the start of the line, and clears it. */
const CLEAR_LINE = '\r\x1b[2K';

/** For a terminal that does not report its width. */
const DEFAULT_COLUMNS = 80;

/** Prints lines for a person, one live line on a terminal, and results or JSON events for a program. */
export class Output {
  readonly #isJson: boolean;
  readonly #stderr = process.stderr;
  #live = '';

  constructor(isJson: boolean) {
    this.#isJson = isJson;
  }

  /** Whether a line can be replaced in place. */
  get isTerminal(): boolean {
    return this.#stderr.isTTY === true;
  }

  /** A line for a person. It stays; the live line follows it. */
  line(text: string): void {
    const live = this.#live;
    this.#clear();
    this.#stderr.write(`${text}\n`);
    if (live !== '') this.live(live);
  }

  /** Replaces the live line of a terminal; does nothing elsewhere. */
  live(text: string): void {
    if (!this.isTerminal) return;
    // A line that wraps could not be cleared.
    const columns = (this.#stderr.columns || DEFAULT_COLUMNS) - 1;
    this.#clear();
    this.#live = text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
    this.#stderr.write(this.#live);
  }

  /** Removes the live line. */
  endLive(): void {
    this.#clear();
  }

  /** The result, for a person or a script: a path, a URL. */
  result(text: string): void {
    if (this.#isJson) return;
    this.#clear();
    process.stdout.write(`${text}\n`);
  }

  /** One event as a line of JSON, with `--json`. */
  event(event: string, fields: object): void {
    this.json({ event, ...fields });
  }

  /** A value as a line of JSON, with `--json`. */
  json(value: unknown): void {
    if (this.#isJson) process.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** The text in a style, if the terminal has styles (`NO_COLOR` turns them off). */
  styled(style: Style, text: string): string {
    return this.isTerminal && this.#stderr.hasColors() ? styleText(style, text) : text;
  }

  #clear(): void {
    if (this.#live !== '') this.#stderr.write(CLEAR_LINE);
    this.#live = '';
  }
}
