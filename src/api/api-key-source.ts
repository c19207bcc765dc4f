// The API key of each attempt.

import { checkApiKey } from '../options/api-key.ts';
import type { ApiKeyProvider } from '../options/client-options.ts';

/** The `apiKey` function threw, or returned no key although it has returned one before. */
export class KeyFailure {
  constructor(readonly cause: unknown) {}
}

export class ApiKeySource {
  readonly #apiKey: string | ApiKeyProvider | null;
  #latest: string | null;

  constructor(apiKey: string | ApiKeyProvider | null) {
    this.#apiKey = apiKey;
    this.#latest = typeof apiKey === 'string' ? apiKey : null;
  }

  /** The key that was used last, which no error may show; `null` before the first. */
  get latest(): string | null {
    return this.#latest;
  }

  /** Whether the next key may be another one. */
  get isFunction(): boolean {
    return typeof this.#apiKey === 'function';
  }

  /** @throws {@link KeyFailure} @throws {@link TypeError} the function returns no key, and never has. */
  async next(): Promise<string | null> {
    if (typeof this.#apiKey !== 'function') return this.#apiKey;
    let key: unknown;
    try {
      key = await this.#apiKey();
    } catch (cause) {
      throw new KeyFailure(cause);
    }
    try {
      this.#latest = checkApiKey(key, 'result of the apiKey function');
    } catch (mistake) {
      // What has worked before is no mistake in the program, and may work again.
      throw this.#latest === null ? mistake : new KeyFailure(mistake);
    }
    return this.#latest;
  }
}
