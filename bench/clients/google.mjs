import { GenerateVideosOperation, GoogleGenAI } from '@google/genai';

export function make(baseUrl, { interval }) {
  const client = new GoogleGenAI({ apiKey: 'bench-key', httpOptions: { baseUrl } });
  const get = (id) => {
    const operation = new GenerateVideosOperation();
    operation.name = `models/veo/operations/${id}`;
    return client.operations.getVideosOperation({ operation });
  };
  return { get, wait: (id) => loop(get, id, interval) };
}

/** It has no wait of its own: the loop of its documentation. */
async function loop(get, id, interval) {
  for (;;) {
    const operation = await get(id);
    if (operation.done) return operation;
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}
