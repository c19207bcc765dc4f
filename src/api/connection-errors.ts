import { ConnectionError, RequestTimeoutError } from '../errors/index.ts';
import { duration, idText, innermost } from '../internal/text.ts';

/** Milliseconds by which a wait's last attempt may fall short of its time limit for no reason worth a word. */
const HAIR = 100;

const start = (taskId: string) => `Failed to get the result of task ${idText(taskId)}: `;
const UNHARMED = 'The task itself is not affected.';

/** No answer came, or not the whole of it. */
export function connectionError(
  taskId: string,
  what: string,
  cause: unknown,
  check = 'network and baseUrl',
): ConnectionError {
  return new ConnectionError(
    `${start(taskId)}${what} (${innermost(cause)}). ${UNHARMED} Ask again; if it goes on, check the ${check}.`,
    { taskId, cause },
  );
}

/** The time was up: `left`, where a crowded client had used up the rest. */
export function tooLateError(taskId: string, timeout: number, left: number): RequestTimeoutError {
  const [within, option] =
    timeout - left > HAIR
      ? [`the ${duration(left)} that the wait had left`, 'maxWait']
      : [duration(timeout), 'the option timeout'];
  return new RequestTimeoutError(
    `${start(taskId)}no complete answer within ${within}. ${UNHARMED} Ask again, or raise ${option}.`,
    { taskId, timeout },
  );
}

/** The time was up before there was a place for the request. */
export function crowdedError(taskId: string, timeout: number, maxConcurrency: number): RequestTimeoutError {
  return new RequestTimeoutError(
    `${start(taskId)}not sent, because the client had ${maxConcurrency} other requests in flight until the wait had to end. ${UNHARMED} Raise maxWait or maxConcurrency, or wait for fewer tasks at a time.`,
    { taskId, timeout },
  );
}
