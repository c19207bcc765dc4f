// The emulator as a handler of MSW.

/** What MSW passes to a handler. */
interface MswArguments {
  request: Request;
  requestId: string;
}

/**
 * A handler in MSW's form: MSW 2 and 3 recognise handlers by their shape. Nothing is imported, so that it works in ES
 * modules, CommonJS and browsers, and without msw installed.
 */
export function mswHandler(plays: (url: string) => boolean, fetch: (request: Request) => Promise<Response>) {
  return {
    kind: 'request',
    // The older name of `kind`.
    __kind: 'RequestHandler',
    info: { header: 'videos-client emulator' },
    isUsed: false,
    async run({ request, requestId }: MswArguments) {
      if (!plays(request.url)) return null;
      // A rejection would become a reply of status 500: this is MSW's form of a broken connection.
      const response = await fetch(request).catch(() => Response.error());
      return { handler: this, request, requestId, response, parsedResult: {} };
    },
    log() {},
    reset() {},
    restore() {},
    dispose() {},
  };
}
