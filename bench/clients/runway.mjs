import RunwayML from '@runwayml/sdk';

export function make(baseUrl) {
  const client = new RunwayML({ apiKey: 'bench-key', baseURL: baseUrl });
  return {
    get: (id) => client.tasks.retrieve(id),
    // Pauses of 4.5 to 7.5 s, which are not for the caller to choose.
    wait: (id) => client.tasks.retrieve(id).waitForTaskOutput({ timeout: null }),
  };
}
