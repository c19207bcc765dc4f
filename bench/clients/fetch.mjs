// What everything is measured against: fetch and JSON.parse, and a careful loop around them.

export function make(baseUrl, { interval }) {
  const headers = { authorization: 'Bearer bench-key' };
  const get = async (id) => {
    const response = await fetch(`${baseUrl}/v1/result/${encodeURIComponent(id)}`, {
      headers,
      signal: AbortSignal.timeout(30_000),
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return JSON.parse(await response.text());
  };
  const bare = async (id) => {
    const response = await fetch(`${baseUrl}/v1/result/${encodeURIComponent(id)}`, { headers });
    return JSON.parse(await response.text());
  };
  const wait = async (id) => {
    for (;;) {
      const task = await get(id);
      if (task.status === 'completed') return task;
      if (task.status === 'failed') throw new Error(task.error);
      await new Promise((resolve) => setTimeout(resolve, interval));
    }
  };
  return { get: bare, wait };
}
