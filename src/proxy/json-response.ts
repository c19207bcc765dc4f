// A response with a JSON body.

export function jsonResponse(status: number, json: string, headers = new Headers()): Response {
  headers.set('content-type', 'application/json');
  return new Response(json, { status, headers });
}
