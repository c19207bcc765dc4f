import { expect, it, vi } from 'vitest';
import { runCreate } from './consumers/create-client.ts';
import { createCases } from './helpers/create-cases.ts';
import { startFullBacklog } from './helpers/full-backlog.ts';
import { playCreateCase } from './helpers/play-create-case.ts';

vi.setConfig({ testTimeout: 30_000 });

it.concurrent.each(createCases)('a create that meets $title becomes: $becomes', async (row) => {
  const { becomes, reached, fetches = reached } = row;
  const played = await playCreateCase(row, runCreate);
  const seen = { becomes: played.becomes, reached: played.creates.length, fetches: played.outcome.fetches };
  expect(seen, played.outcome.message).toEqual({ becomes, reached, fetches });
  if (row.setup?.results === 1) expect(played.creates[0]?.onConnection ?? 2).toBe(2);
  for (const { method, headers, body } of played.creates) {
    expect([method, headers['content-type'], JSON.parse(body).prompt]).toEqual([
      'POST',
      'application/json',
      'A cat on a skateboard',
    ]);
  }
});

// Elsewhere the queue of connections has another length, or refuses what is beyond it.
it.runIf(process.platform === 'linux')(
  'a create that cannot connect in time was not sent, and may be sent again',
  async () => {
    await using service = await startFullBacklog();
    // undici gives up connecting after 10 s.
    const outcome = await runCreate({ baseUrl: service.url, maxRetries: 0 });
    expect(outcome).toMatchObject({ result: 'ConnectionError', isTransient: true, fetches: 1 });
    expect(outcome.message).toMatch(/connect.*Nothing was sent/i);
  },
);
