import { createFalClient } from '@fal-ai/client';

export function make(baseUrl, { interval }) {
  const client = createFalClient({
    credentials: 'bench-key',
    suppressLocalCredentialsWarning: true,
    // It has no option for its address.
    requestMiddleware: async (request) => ({ ...request, url: baseUrl + new URL(request.url).pathname }),
  });
  return {
    get: (requestId) => client.queue.status('some/model', { requestId }),
    wait: (requestId) =>
      client.queue.subscribeToStatus('some/model', { requestId, mode: 'polling', pollInterval: interval }),
  };
}
