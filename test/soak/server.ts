import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { STUBBORN, TRANSIENT } from '../faults/table.ts';
import { json } from '../helpers/http-service.ts';
import { completed, processing } from '../helpers/task.ts';

// A service that fails one request in three, at random but as the seed says. A task's id says after how many
// seconds it completes. Prints its port, and at the end how often it did what.
const random = seeded(Number(process.argv[2]));
const start = performance.now();
const done: Record<string, number> = { requests: 0, faults: 0 };

/** A rate limit pauses the whole client, so that it has a turn of its own: one request in a thousand. */
const faults = [...TRANSIENT, ...STUBBORN].filter(
  ({ elsewhere, error }) => !elsewhere && error !== 'RateLimitError',
);
const limited = { name: 'a 429 that asks for a second', turn: json({}, 429, { 'retry-after': '1' }) };

function respond(request: IncomingMessage, response: ServerResponse): void {
  count('requests');
  if (random() < 1 / 3) {
    const fault = random() < 1 / 333 ? limited : faults[Math.floor(random() * faults.length)];
    count('faults');
    count(fault?.name ?? '');
    fault?.turn?.(request, response);
    return;
  }
  const seconds = Number(request.url?.split('_').at(-1));
  const task = performance.now() - start < seconds * 1000 ? processing : completed;
  json(task)(request, response);
}

function count(what: string): void {
  done[what] = (done[what] ?? 0) + 1;
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const server = createServer(respond).listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port });
});
process.on('message', () => process.send?.({ done }, () => process.exit()));
