import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { toNodeHandler } from 'videos-client/node';
import { createVideosProxy, type VideosProxy } from 'videos-client/proxy';
import { describe, expectTypeOf, it } from 'vitest';

/** As Express has it: the request with what middleware has added. */
interface AppRequest extends IncomingMessage {
  session: { taskIds: string[] };
}
interface AppResponse extends ServerResponse {
  locals: Record<string, unknown>;
}
type Middleware = (req: AppRequest, res: AppResponse, next: () => void) => unknown;
declare function use(middleware: Middleware): void;

/** As Next.js checks the exports of a route. */
type RouteHandler = (
  request: Request & { nextUrl: URL },
  context: { params: Promise<{ id: string }> },
) => Promise<Response> | Response;

const proxy = createVideosProxy({ authorize: (_request, id) => id === 'a' });

describe('the type of a proxy', () => {
  it('a proxy is accepted wherever a request alone, or more, is passed', () => {
    expectTypeOf(proxy).toEqualTypeOf<VideosProxy>();
    expectTypeOf(proxy).toExtend<(request: Request) => Promise<Response>>();
    expectTypeOf(proxy).toExtend<RouteHandler>();
    expectTypeOf(proxy).toExtend<(request: Request, env: { KEY: string }) => Promise<Response>>();
    proxy(new Request('https://app.test'));
  });

  it('a proxy requires the context that authorize declares', () => {
    const withParams = createVideosProxy({
      authorize: async (_request, id, { params }: { params: Promise<{ id: string }> }) =>
        (await params).id === id,
    });
    expectTypeOf(withParams).toExtend<RouteHandler>();
    // @ts-expect-error: without the context, authorize would read undefined.
    withParams(new Request('https://app.test'));
    // @ts-expect-error: a Node server has no params.
    toNodeHandler(withParams);
  });

  it('a proxy takes a key that may be missing until a request needs it', () => {
    createVideosProxy({ apiKey: process.env.VIDEOS_API_KEY, authorize: () => true });
    createVideosProxy({ apiKey: () => process.env.VIDEOS_API_KEY, authorize: () => true });
    createVideosProxy({ apiKey: async () => process.env.VIDEOS_API_KEY, authorize: () => true });
    // @ts-expect-error: a proxy without a key is of no use.
    createVideosProxy({ apiKey: null, authorize: () => true });
    // @ts-expect-error: there is no open default.
    createVideosProxy({});
  });
});

describe('the type of a Node handler', () => {
  it('a Node handler fits a server and a framework, whether the proxy was made before or inside the call', () => {
    createServer(toNodeHandler(proxy));
    use(toNodeHandler(proxy));
    createServer(toNodeHandler(createVideosProxy({ authorize: () => true })));
    use(toNodeHandler(createVideosProxy({ authorize: () => true })));
  });

  it("authorize of a Node handler has the framework's own objects, if it declares them", () => {
    const ofSession = createVideosProxy({
      authorize: (_request, id, { req }: { req: AppRequest }) => req.session.taskIds.includes(id),
    });
    use(toNodeHandler(ofSession));
    use(
      toNodeHandler(
        createVideosProxy({
          authorize: (_request, id, { req }: { req: AppRequest }) => req.session.taskIds.includes(id),
        }),
      ),
    );
    // @ts-expect-error: a plain server has no session.
    createServer(toNodeHandler(ofSession));
  });
});
