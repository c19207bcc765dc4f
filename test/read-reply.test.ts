import { expect, it, vi } from 'vitest';
import { MAX_REPLY_BYTES, readReply } from '../src/internal/read-reply.ts';
import type { TimeLimit } from '../src/internal/time-limit.ts';
import { failureOf } from './helpers/failure-of.ts';

const limit = (signal = new AbortController().signal): TimeLimit => ({
  signal,
  timeoutError: () => new Error(),
});

const bytes = (...parts: string[]) => parts.map((part) => new TextEncoder().encode(part));

/** A response whose body comes in these chunks, and then ends, breaks, or stays open. */
function responseOf(chunks: Uint8Array[], end: 'ends' | 'breaks' | 'stays open' = 'ends') {
  const cancel = vi.fn();
  const rest = [...chunks];
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = rest.shift();
        if (chunk !== undefined) return controller.enqueue(chunk);
        if (end === 'ends') controller.close();
        else if (end === 'breaks') controller.error(new Error('reset'));
        else return new Promise<void>(() => {});
      },
      cancel,
    },
    { highWaterMark: 0 },
  );
  return { response: new Response(body), cancel };
}

const nothing = () => ({ text: '', isTooLong: false });

it('a character that is split between two chunks is read as one', async () => {
  const [euro = new Uint8Array()] = bytes('€');
  const reply = nothing();
  await readReply(responseOf([euro.subarray(0, 1), euro.subarray(1)]).response, reply, limit());
  expect(reply).toEqual({ text: '€', isTooLong: false });
});

it('a body that ends within a character ends with a replacement', async () => {
  const [euro = new Uint8Array()] = bytes('€');
  const reply = nothing();
  await readReply(responseOf([euro.subarray(0, 2)]).response, reply, limit());
  expect(reply.text).toBe('\ufffd');
});

it('of a body that breaks, what came before is kept', async () => {
  const { response } = responseOf(bytes('{"id":'), 'breaks');
  const reply = nothing();
  expect(await failureOf(readReply(response, reply, limit()))).toEqual(new Error('reset'));
  expect(reply.text).toBe('{"id":');
});

it.each([
  [0, false],
  [1, true],
])('of a body that is %d bytes over the limit, no more than the limit is kept', async (over, isTooLong) => {
  const half = 'x'.repeat(MAX_REPLY_BYTES / 2);
  const { response, cancel } = responseOf(
    bytes(half, half, 'y'.repeat(over)),
    over > 0 ? 'stays open' : 'ends',
  );
  const reply = nothing();
  await readReply(response, reply, limit());
  expect([reply.text.length, reply.isTooLong]).toEqual([MAX_REPLY_BYTES, isTooLong]);
  expect(cancel).toHaveBeenCalledTimes(over);
});

it('a body without a stream is limited as well', async () => {
  const mock = { text: async () => 'x'.repeat(MAX_REPLY_BYTES + 1) } as Response;
  const reply = nothing();
  await readReply(mock, reply, limit());
  expect([reply.text.length, reply.isTooLong]).toEqual([MAX_REPLY_BYTES, true]);
});

it('the connection is closed when the time is up, and at once if it was up before', async () => {
  const controller = new AbortController();
  const open = responseOf(bytes('{'), 'stays open');
  const during = limit(controller.signal);
  const reading = readReply(open.response, nothing(), during);
  during.onEnd?.();
  await reading;
  expect(open.cancel).toHaveBeenCalledTimes(1);

  const before = responseOf(bytes('{'), 'stays open');
  await readReply(before.response, nothing(), limit(AbortSignal.abort()));
  expect(before.cancel).toHaveBeenCalledTimes(1);
});
