import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { InvalidResponseError, VideosClient } from 'videos-client';
import { describe, expect, it } from 'vitest';
import { failureOf } from './helpers/failure-of.ts';
import { HttpService, json } from './helpers/http-service.ts';
import { runScript } from './helpers/run.ts';
import { completed, processing, task } from './helpers/task.ts';

const MIB = 2 ** 20;

/** A valid reply of exactly so many bytes. */
function replyOf(bytes: number): string {
  const empty = JSON.stringify(task({ padding: '' }));
  return JSON.stringify(task({ padding: 'x'.repeat(bytes - empty.length) }));
}

/** Writes the same bytes for as long as somebody reads. */
const endless =
  (chunk: string | Buffer, status = 200, headers = {}): RequestListener =>
  async (_, response) => {
    response.writeHead(status, headers);
    const gone = once(response, 'close');
    while (!response.destroyed)
      if (!response.write(chunk)) await Promise.race([once(response, 'drain'), gone]);
  };

/** 16 MiB of nothing in 16 KiB; members of gzip may follow each other without an end. */
const bomb = endless(gzipSync(Buffer.alloc(16 * MIB, ' ')), 200, { 'content-encoding': 'gzip' });

function clientOf(service: HttpService, options = {}) {
  return new VideosClient({ apiKey: 'key', baseUrl: service.url, ...options });
}

describe('a reply', { timeout: 30_000 }, () => {
  it('a reply of exactly 1 MiB is read', async () => {
    await using service = await HttpService.start(json(replyOf(MIB)));
    await expect(clientOf(service).getResult('video_1')).resolves.toMatchObject({ status: 'processing' });
  });

  it('a reply of one byte more than 1 MiB is an InvalidResponseError, and is not requested again', async () => {
    await using service = await HttpService.start(json(replyOf(MIB + 1)));
    const error = (await failureOf(clientOf(service).getResult('video_1'))) as InvalidResponseError;
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect(error).toMatchObject({
      status: 200,
      isTransient: true,
      issues: [{ message: 'it is over 1 MiB' }],
    });
    expect(error.message).toContain('it is over 1 MiB');
    expect(error.body).toHaveLength(4096);
    expect(service.requests).toHaveLength(1);
  });

  it('the size of a reply is measured after its decompression', async () => {
    const zipped = gzipSync(replyOf(MIB + 1));
    expect(zipped.length).toBeLessThan(10_000);
    await using service = await HttpService.start((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(zipped),
    );
    expect(await failureOf(clientOf(service).getResult('video_1'))).toBeInstanceOf(InvalidResponseError);
  });

  it('an endless reply is one failed poll of a wait, and its connection is closed', async () => {
    await using service = await HttpService.start(processing, endless('x'.repeat(MIB / 4)), completed);
    const errors: string[] = [];
    const wait = clientOf(service).waitForCompletion('video_1', {
      minInterval: 0,
      maxInterval: 1,
      onPollError: ({ error }) => errors.push(error.name),
    });
    await expect(wait).resolves.toMatchObject({ status: 'completed' });
    expect(errors).toEqual(['InvalidResponseError']);
    expect(service.requests).toHaveLength(3);
    await expect.poll(() => service.connections, { timeout: 10_000 }).toBeLessThanOrEqual(1);
  });

  it('an endless reply with an error status is that error, and is read no further either', async () => {
    await using service = await HttpService.start(endless('x'.repeat(MIB / 4), 404));
    expect(await failureOf(clientOf(service).getResult('video_1'))).toMatchObject({
      name: 'NotFoundError',
      status: 404,
    });
    await expect.poll(() => service.connections, { timeout: 10_000 }).toBe(0);
  });

  it.each([
    ['begins in time', 0],
    ['begins too late', 100],
  ])('an endless reply of a fetch that ignores its signal is dropped if it %s', async (_, ms) => {
    let letGo = () => {};
    const isLetGo = new Promise<void>((resolve) => (letGo = resolve));
    const drip = new ReadableStream({
      pull: async (controller) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        controller.enqueue(new Uint8Array(1));
      },
      cancel: () => letGo(),
    });
    const fetch = async () => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return new Response(drip);
    };
    const client = new VideosClient({ apiKey: 'key', maxRetries: 0, timeout: 50, fetch });
    expect(await failureOf(client.getResult('video_1'))).toMatchObject({ name: 'RequestTimeoutError' });
    await isLetGo;
  });
});

const script = fileURLToPath(new URL('helpers/oversized-child.ts', import.meta.url));

it.each([
  ['an endless reply', endless('x'.repeat(MIB / 4))],
  ['a gzip bomb', bomb],
])('memory stays flat over thirty requests for %s', { timeout: 30_000 }, async (_, turn) => {
  await using service = await HttpService.start(turn);
  const { stdout, stderr } = await runScript(script, [service.url]);
  expect(stderr).toBe('');
  const { names, grownMiB } = JSON.parse(stdout);
  expect(names).toEqual(['InvalidResponseError']);
  expect(grownMiB).toBeLessThan(100);
});
