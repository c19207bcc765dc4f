// Plays the server of one way in which a create can end.
import type { CreateOutcome, CreateSetup } from '../consumers/create-client.ts';
import type { CreateCase } from './create-cases.ts';
import { selfSigned } from './self-signed.ts';
import { json, respond, SocketService } from './socket-service.ts';
import { task } from './task.ts';

/** Plays the server of a case, and returns what `run` made of it, in the form of `becomes`. */
export async function playCreateCase(
  { steps, setup, onResult, isResetAtOnce, isHttps }: CreateCase,
  run: (setup: CreateSetup) => Promise<CreateOutcome>,
) {
  let count = 0;
  const isCreate = ({ path }: { path: string }) => !path.includes('/result/');
  await using service = await SocketService.start({
    onRequest: (socket, request) => {
      const onGet = onResult ?? respond(200, task(), json);
      const step = isCreate(request) ? steps[Math.min(count++, steps.length - 1)] : onGet;
      step?.(socket, request);
    },
    ...(isResetAtOnce && { onConnection: (socket) => socket.resetAndDestroy() }),
    certificate: isHttps ? selfSigned : undefined,
  });
  const { url } = service;
  // For the case in which no server listens.
  if (setup?.baseUrl === '') await service[Symbol.asyncDispose]();
  const outcome = await run({ ...setup, baseUrl: setup?.baseUrl || url });
  const creates = service.requests.filter(isCreate);
  const { result, isTransient, cause } = outcome;
  return {
    outcome,
    creates,
    becomes: [result, ...(isTransient ? ['transient'] : []), ...(cause === null ? [] : [cause])].join(', '),
  };
}
