// The command `emulator`: a local emulator of the service, for programs in any language.

import { createVideosEmulator, type VideosEmulator } from '../testing/emulator.ts';
import type { VideosEmulatorServer } from '../testing/server.ts';
import type { Command } from './commands.ts';
import { invalid, readArguments, readNothing, readNumber } from './usage.ts';

/** Numbers from 0 to 1 that look random and are the same for the same seed (a linear congruential generator). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** What a person needs to know of the emulator that has started. */
const introduction = (
  { baseUrl, filesUrl }: VideosEmulatorServer,
  apiKey: string,
  polls: number,
) => `A local emulator of the service. Stop it with Ctrl-C.

base URL  ${baseUrl}
API key   ${apiKey}
file      ${filesUrl}/video_1234567890.mp4
tasks     video_1234567890  completes at poll ${polls}
          video_failing     fails at poll 2
          video_endless     is never done
          video_…           any other: completes at poll ${polls}

curl -H "Authorization: Bearer ${apiKey}" ${baseUrl}/v1/result/video_1234567890
`;

const readPort = (option: string, text: string) =>
  readNumber(option, text, /^\d+$/, 65_535, 'a whole number, 0 to 65535');

const readRandom = (seed: string | undefined) =>
  seed === undefined
    ? Math.random
    : seededRandom(readNumber('--seed', seed, /^\d+$/, 2 ** 32 - 1, 'a whole number, 0 to 4294967295'));

/** The emulator with the tasks and the faults that the introduction and --help describe. */
function makeEmulator(apiKey: string, polls: number, rate: number, random: () => number): VideosEmulator {
  const service = createVideosEmulator({
    apiKey,
    random,
    onUnknownId: (id) => (id.startsWith('video_') ? { after: { polls } } : undefined),
  });
  service.onCreate(() => ({ after: { polls } }));
  service.addTask({ id: 'video_1234567890', after: { polls } });
  service.addTask({ id: 'video_failing', outcome: 'failed', after: { polls: 2 } });
  service.addTask({ id: 'video_endless', after: { polls: Number.POSITIVE_INFINITY } });
  service.fail({ rate, times: Number.POSITIVE_INFINITY, with: { status: 503 } });
  return service;
}

const FLAGS = {
  port: { type: 'string', default: '4010' },
  host: { type: 'string', default: '127.0.0.1' },
  'files-port': { type: 'string', default: '0' },
  polls: { type: 'string', default: '3' },
  'fail-rate': { type: 'string', default: '0' },
  seed: { type: 'string' },
  'api-key': { type: 'string', default: 'test-key' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const emulator: Command = (args) => {
  const { values, positionals } = readArguments(args, FLAGS);
  return {
    help: values.help,
    json: false,
    async run({ signal }) {
      readNothing(positionals);
      const { host, 'api-key': apiKey } = values;
      if (apiKey === '') throw invalid('--api-key', apiKey, 'a key');
      const polls = readNumber('--polls', values.polls, /^[1-9]\d*$/, 1_000_000, 'a whole number, 1 or more');
      const random = readRandom(values.seed);
      const rate = readNumber('--fail-rate', values['fail-rate'], /^\d*\.?\d+$/, 1, 'a number, 0 to 1');
      const port = readPort('--port', values.port);
      const filesPort = readPort('--files-port', values['files-port']);

      const server = await makeEmulator(apiKey, polls, rate, random)
        .listen({ port, filesPort, host })
        .catch((error: NodeJS.ErrnoException) => {
          throw error.code === 'EADDRINUSE' ? new Error(`${error.message}. Choose another port.`) : error;
        });
      process.stdout.write(introduction(server, apiKey, polls));
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      await server.close();
    },
  };
};
