import { createVideosProxy } from 'videos-client/proxy';

/** Without a key while the application is built: it is read at each request. */
export const proxy = createVideosProxy({
  authorize: async (request, id, { params }: { params: Promise<{ id: string }> }) =>
    (await params).id === id && request.headers.get('cookie') === 'user=ada',
});
