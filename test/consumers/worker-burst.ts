// Many requests at once to a worker whose client is at module scope.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const REQUESTS = 200;
const LIMITED = 100;
const THROWING = 50;

/** @throws where a request was not answered as it should be. */
export async function checkBurst(worker: string): Promise<void> {
  let seen = 0;
  const service = createServer((request, response) => {
    if (++seen === LIMITED) return response.writeHead(429, { 'retry-after': '1' }).end();
    const id = request.url?.split('/').at(-1);
    setTimeout(() => response.end(JSON.stringify({ id, status: 'processing' })), 20);
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const ask = async (id: string, more = '') => {
    const url = `${worker}/shared?baseUrl=${encodeURIComponent(baseUrl)}&id=${id}${more}`;
    const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
    return response.ok ? (await response.json()).id : response.status;
  };
  const check = (what: string, actual: unknown[], expected: unknown[]) => {
    const wrong = expected.flatMap((value, index) => (actual[index] === value ? [] : [actual[index]]));
    if (wrong.length > 0)
      throw new Error(`${what}: ${wrong.length} were answered with ${[...new Set(wrong)]}.`);
  };
  try {
    const ids = Array.from({ length: REQUESTS }, (_, index) => `task_${index}`);
    const responses = await Promise.all(
      ids.map((id, index) => ask(id, index === THROWING ? '&throw' : '').catch(String)),
    );
    check(
      `${REQUESTS} requests at once, a 429 and an exception among them`,
      responses,
      ids.map((id, index) => (index === THROWING ? 500 : id)),
    );
    check('Requests after the burst', await Promise.all(['a', 'b', 'c'].map((id) => ask(id))), [
      'a',
      'b',
      'c',
    ]);
  } finally {
    service.closeAllConnections();
    service.close();
  }
}
