// The API key of each attempt.

import type { ConnectionError } from '../errors/index.ts';
import { redactError } from '../internal/redact.ts';
import { checkApiKey } from '../options/api-key.ts';
import type { ApiKeyProvider } from '../options/client-options.ts';
import type { RequestSubject } from './api-request.ts';
import { connectionError } from './no-response-errors.ts';

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
  async next(request: RequestSubject): Promise<string | null> {
    if (typeof this.#apiKey !== 'function') return this.#apiKey;
    let key: unknown;
    try {
      key = await this.#apiKey();
    } catch (cause) {
      throw this.#failed(request, cause);
    }
    try {
      this.#latest = checkApiKey(key, 'result of the apiKey function');
    } catch (mistake) {
      // A function that has worked before may work again: no mistake in the program.
      throw this.#latest === null ? mistake : this.#failed(request, mistake);
    }
    return this.#latest;
  }

  #failed(request: RequestSubject, cause: unknown): ConnectionError {
    const error = connectionError(request, 'the apiKey function failed', cause, 'apiKey function');
    return this.#latest === null ? error : redactError(error, this.#latest);
  }
}
