// A response with a JSON body.

export function jsonResponse(status: number, body: unknown, headers = new Headers()): Response {
  headers.set('content-type', 'application/json');
  return new Response(JSON.stringify(body), { status, headers });
}
