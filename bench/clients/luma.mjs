import { LumaAI } from 'lumaai';

export function make(baseUrl, { interval }) {
  const client = new LumaAI({ authToken: 'bench-key', baseURL: baseUrl });
  const get = (id) => client.generations.get(id);
  return { get, wait: (id) => loop(get, id, interval) };
}

/** It has no wait of its own: the loop of its documentation. */
async function loop(get, id, interval) {
  for (;;) {
    const generation = await get(id);
    if (generation.state === 'completed') return generation;
    if (generation.state === 'failed') throw new Error(generation.failure_reason);
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}
