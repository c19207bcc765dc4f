import { expect, it, vi } from 'vitest';
import { bodyOnce } from '../src/api/body-once.ts';

const body = '{"prompt":"A cat on a skateboard"}';

it('a body is given to the fetch of Node as it is: Node repeats no POST', () => {
  expect(bodyOnce(body)).toEqual({ body });
});

it('a body is a Blob in Deno, which would send a string again when a reused connection closes', async () => {
  vi.stubGlobal('Deno', {});
  const init = bodyOnce(body);
  expect(init).toEqual({ body: expect.any(Blob) });
  expect(await (init.body as Blob).text()).toBe(body);
});

it('a body gets a connection of its own in Bun, which would send everything again', () => {
  vi.stubGlobal('Bun', {});
  expect(bodyOnce(body)).toEqual({ body, keepalive: false });
});
