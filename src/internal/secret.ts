/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/** A secret that was cut off may still show this much of its beginning: it is no secret. */
const HARMLESS = 7;

/** What HTML has names for. */
const NAMES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Characters as they travel: escaped, however often, in JSON, in a URL, in HTML. */
const ESCAPE =
  /\\+(?:u00([\da-f]{2}))?|%(?:25)*([\da-f]{2})|&(?:amp;)*(?:#(\d+)|#x([\da-f]+)|(amp|lt|gt|quot|apos));/gi;

/** What ends a text that was cut, be it within an escape. */
const CUT = /((?:u[\da-f]{0,3}|%[\da-f]*|&#?\w*)?)(?:…|"|$)/iy;

const BACKSLASH = 92;

/** A text without its escapes; and without backslashes, of which nobody knows what they escape. */
function plainOf(text: string): string {
  return text.replace(ESCAPE, (_, unicode, percent, decimal, hex, name) => {
    if (name) return NAMES[name.toLowerCase()] ?? '';
    const code = decimal ? Number(decimal) : Number.parseInt(unicode ?? percent ?? hex, 16);
    return Number.isNaN(code) || code === BACKSLASH ? '' : String.fromCharCode(code);
  });
}

/** A secret, for finding it in any text: escaped, in any case, and the beginning of it where the text was cut. */
export class Secret {
  readonly value: string;
  /** Without escapes, in small letters. */
  readonly #plain: string;
  /** Finds its beginning; all of a secret would be too long for a pattern. */
  readonly #head: RegExp;

  constructor(value: string) {
    this.value = value;
    this.#plain = plainOf(value).toLowerCase();
    const head = this.#plain.slice(0, HARMLESS + 1);
    this.#head = new RegExp(head.replace(/\W/g, '\\$&') || '(?!)', 'gi');
  }

  /** Whether the text shows it. */
  isIn(text: string): boolean {
    return text.includes(this.value) || !this.#hits(plainOf(text)).next().done;
  }

  /** Whether the text shows all of it, and it is long enough to be no word like any other. */
  isWholeIn(text: string): boolean {
    if (this.value.length <= HARMLESS) return false;
    return text.includes(this.value) || [...this.#hits(plainOf(text))].some(({ isWhole }) => isWhole);
  }

  /** The text without it; and without any escapes, where it was escaped, or cut. */
  cutFrom(text: string): string {
    const parts = text.split(this.value);
    return parts.map((part) => this.#cutEscapedFrom(part)).join(REDACTED);
  }

  #cutEscapedFrom(text: string): string {
    const plain = plainOf(text);
    let clean = '';
    let from = 0;
    for (const { start, end } of this.#hits(plain)) {
      clean += plain.slice(from, start) + REDACTED;
      from = end;
    }
    return from === 0 ? text : clean + plain.slice(from);
  }

  /** Where it stands in a text without escapes. */
  *#hits(text: string): Generator<{ start: number; end: number; isWhole: boolean }> {
    this.#head.lastIndex = 0;
    for (let hit = this.#head.exec(text); hit !== null; hit = this.#head.exec(text)) {
      const start = hit.index;
      let end = this.#head.lastIndex;
      while (end - start < this.#plain.length && text[end]?.toLowerCase() === this.#plain[end - start]) end++;
      const isWhole = end - start === this.#plain.length;
      let isHit = isWhole;
      // An escape that was cut may begin as the secret goes on.
      for (let at = end; !isHit && at > start + HARMLESS; at--) {
        CUT.lastIndex = at;
        const cut = CUT.exec(text);
        isHit = cut !== null;
        end = at + (cut?.[1]?.length ?? 0);
      }
      this.#head.lastIndex = isHit ? end : start + 1;
      if (isHit) yield { start, end, isWhole };
    }
  }
}
