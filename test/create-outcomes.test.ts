import { expect, it, vi } from 'vitest';
import { runCreate } from './consumers/create-client.ts';
import { createCases, playCase } from './helpers/create-cases.ts';

vi.setConfig({ testTimeout: 30_000 });

it.concurrent.each(createCases)('a create that meets $title becomes: $becomes', async (row) => {
  const { becomes, reached, fetches = reached } = row;
  const played = await playCase(row, runCreate);
  const seen = { becomes: played.becomes, reached: played.creates.length, fetches: played.outcome.fetches };
  expect(seen, played.outcome.message).toEqual({ becomes, reached, fetches });
  for (const { method, headers, body } of played.creates) {
    expect([method, headers['content-type'], JSON.parse(body).prompt]).toEqual([
      'POST',
      'application/json',
      'A cat on a skateboard',
    ]);
  }
});
