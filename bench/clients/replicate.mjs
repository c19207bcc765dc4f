import Replicate from 'replicate';

export function make(baseUrl, { interval }) {
  const client = new Replicate({ auth: 'bench-key', baseUrl: `${baseUrl}/v1` });
  return {
    get: (id) => client.predictions.get(id),
    wait: (id) => client.wait({ id }, { interval }),
  };
}
