// The baseline: fetch and JSON.parse, and a careful loop around them.

const headers = { authorization: 'Bearer bench-key' };

export const makeGet = (baseUrl) => async (id) => {
  const response = await fetch(`${baseUrl}/v1/result/${encodeURIComponent(id)}`, {
    headers,
    signal: AbortSignal.timeout(30_000),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return JSON.parse(await response.text());
};

export async function loop(get, id, interval) {
  for (;;) {
    const task = await get(id);
    if (task.status === 'completed') return task;
    if (task.status === 'failed') throw new Error(task.error);
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}

export function make(baseUrl, { interval }) {
  const bare = async (id) => {
    const response = await fetch(`${baseUrl}/v1/result/${encodeURIComponent(id)}`, { headers });
    return JSON.parse(await response.text());
  };
  return { get: bare, wait: (id) => loop(makeGet(baseUrl), id, interval) };
}
