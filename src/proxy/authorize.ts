// Lets the application decide whether a request may see a task.

import { ProxyError } from './proxy-error.ts';
import type { ProxySettings } from './proxy-settings.ts';

/**
 * @returns the application's own response, or `undefined` if the request is allowed.
 * @throws {@link ProxyError} 403, if it is not allowed; 500, if `authorize` throws.
 */
export async function authorize<Context>(
  request: Request,
  id: string,
  context: Context,
  settings: ProxySettings<Context>,
): Promise<Response | undefined> {
  let result: unknown;
  try {
    result = await settings.authorize(request, id, context);
  } catch (cause) {
    throw new ProxyError(500, 'The proxy failed to check whether you may see this task.', cause);
  }
  if (result === true) return undefined;
  // A copy, because the headers of some responses cannot be changed.
  if (result instanceof Response) return new Response(result.body, result);
  throw new ProxyError(403, 'You may not see this task.');
}
