// The error that the proxy responds with in place of the service's response.

/** Its message goes to the browser, its cause to `onError` alone. */
export class ProxyError extends Error {
  readonly status: number;

  constructor(status: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}
