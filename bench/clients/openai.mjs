import OpenAI from 'openai';

export function make(baseUrl, { interval }) {
  const client = new OpenAI({ apiKey: 'bench-key', baseURL: `${baseUrl}/v1` });
  return {
    get: (id) => client.videos.retrieve(id),
    // It has no wait for a video; this is the one for a file.
    wait: (id) => client.vectorStores.files.poll('store', id, { pollIntervalMs: interval }),
  };
}
