// Many requests at once to a worker whose client is at module scope.
import { HttpService } from '../helpers/http-service.ts';

const REQUESTS = 200;
const LIMITED = 100;
const THROWING = 50;

/** @throws if a request has another response than it should. */
export async function checkBurst(worker: string): Promise<void> {
  let seen = 0;
  await using service = await HttpService.start((request, response) => {
    if (++seen === LIMITED) return response.writeHead(429, { 'retry-after': '1' }).end();
    const id = request.url?.split('/').at(-1);
    setTimeout(() => response.end(JSON.stringify({ id, status: 'processing' })), 20);
  });
  const fetchId = async (id: string, more = '') => {
    const url = `${worker}/shared?baseUrl=${encodeURIComponent(service.url)}&id=${id}${more}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
    return response.ok ? (await response.json()).id : response.status;
  };
  const check = (what: string, actual: unknown[], expected: unknown[]) => {
    const wrong = expected.flatMap((value, index) => (actual[index] === value ? [] : [actual[index]]));
    if (wrong.length > 0)
      throw new Error(`${what}: ${wrong.length} were answered with ${[...new Set(wrong)]}.`);
  };
  const ids = Array.from({ length: REQUESTS }, (_, index) => `task_${index}`);
  const responses = await Promise.all(
    ids.map((id, index) => fetchId(id, index === THROWING ? '&throw' : '').catch(String)),
  );
  check(
    `${REQUESTS} requests at once, a 429 and an exception among them`,
    responses,
    ids.map((id, index) => (index === THROWING ? 500 : id)),
  );
  check('Requests after the burst', await Promise.all(['a', 'b', 'c'].map((id) => fetchId(id))), [
    'a',
    'b',
    'c',
  ]);
}
