#!/usr/bin/env node
// The program: runs the emulator.

import { parseArgs } from 'node:util';
import { createVideosEmulator } from '../testing/emulator.ts';

const HELP = `Usage: videos-client-emulator [options]

Plays the Videos API on this computer, for programs in any language.

  --port <number>     the API's port; 0 for any free one (default: 4010)
  --api-key <key>     the key that the API asks for (default: test-key)
  --fail-rate <rate>  the share of API requests that fail with 503, 0 to 1 (default: 0)
  --seed <number>     makes the failures the same in every run
  --help              show this
`;

/** Wrong arguments: the user's fault rather than the program's. */
class UsageError extends Error {}

function parse() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: '4010' },
        'api-key': { type: 'string', default: 'test-key' },
        'fail-rate': { type: 'string', default: '0' },
        seed: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function readNumber(option: string, text: string, pattern: RegExp, max: number, allowed: string): number {
  if (pattern.test(text) && Number(text) <= max) return Number(text);
  throw new UsageError(`Invalid ${option}: ${JSON.stringify(text)}. Expected ${allowed}.`);
}

/** Numbers from 0 to 1 that look random and are the same for the same seed (a linear congruential generator). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function readArguments() {
  const { help, port, seed, 'api-key': apiKey, 'fail-rate': failRate } = parse();
  if (apiKey === '') throw new UsageError('Invalid --api-key: "". Expected a key.');
  const readSeed = (text: string) =>
    readNumber('--seed', text, /^\d+$/, 2 ** 32 - 1, 'a whole number, 0 to 4294967295');
  return {
    help,
    apiKey,
    port: readNumber('--port', port, /^\d+$/, 65_535, 'a whole number, 0 to 65535'),
    failRate: readNumber('--fail-rate', failRate, /^\d*\.?\d+$/, 1, 'a number, 0 to 1'),
    random: seed === undefined ? Math.random : seededRandom(readSeed(seed)),
  };
}

async function run(): Promise<void> {
  const { help, apiKey, port, failRate, random } = readArguments();
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const emulator = createVideosEmulator({
    apiKey,
    random,
    onUnknownId: (id) => (id.startsWith('video_') ? { after: { polls: 3 } } : undefined),
  });
  emulator.addTask({ id: 'video_1234567890', after: { polls: 3 } });
  emulator.addTask({ id: 'video_failing', outcome: 'failed', after: { polls: 2 } });
  emulator.addTask({ id: 'video_endless', after: { polls: Infinity } });
  emulator.fail({ rate: failRate, times: Infinity, with: { status: 503 } });

  const server = await emulator.listen({ port });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close());
  process.stdout.write(`The Videos API, emulated. Stop it with Ctrl-C.

base URL  ${server.baseUrl}
API key   ${apiKey}
file      ${server.filesUrl}/video_1234567890.mp4
tasks     video_1234567890  completes at the third poll
          video_failing     fails at the second poll
          video_endless     never ends
          video_…           any other: completes at the third poll

curl -H "Authorization: Bearer ${apiKey}" ${server.baseUrl}/v1/result/video_1234567890
`);
}

run().catch((error: NodeJS.ErrnoException) => {
  const isUsage = error instanceof UsageError;
  const hint = isUsage ? 'See --help.\n' : error.code === 'EADDRINUSE' ? 'Choose another --port.\n' : '';
  process.stderr.write(`videos-client-emulator: ${error.message}\n${hint}`);
  process.exitCode = isUsage ? 2 : 1;
});
