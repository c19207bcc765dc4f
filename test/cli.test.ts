import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import {
  createVideosEmulator,
  sampleVideo,
  type VideosEmulator,
  type VideosEmulatorOptions,
} from 'videos-client/testing';
import { expect, it, onTestFinished } from 'vitest';
import { ROOT } from './helpers/run.ts';
import { scratch } from './helpers/scratch.ts';

const TSX = fileURLToPath(import.meta.resolve('tsx'));
const PROGRAM = [process.execPath, '--import', TSX, `${ROOT}src/cli/index.ts`];
/** What the program sends to a terminal before it replaces its live line, as a pattern. */
const CLEAR_LINE = '\r\u001b\\[2K';
const FAST = ['--interval', '10ms'];

interface Settings {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

function start(
  args: readonly string[],
  { cwd = ROOT, env = {} }: Settings = {},
): ChildProcessWithoutNullStreams {
  const [command = '', ...before] = PROGRAM;
  const child = spawn(command, [...before, ...args], {
    cwd,
    env: { ...process.env, VIDEOS_API_KEY: 'test-key', TSX_TSCONFIG_PATH: `${ROOT}tsconfig.json`, ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function finish(child: ChildProcessWithoutNullStreams) {
  const [stdout, stderr, [code, signal]] = await Promise.all([
    child.stdout.destroyed ? '' : text(child.stdout),
    child.stderr.destroyed ? '' : text(child.stderr),
    once(child, 'close'),
  ]);
  return { stdout, stderr, code, signal };
}

const run = (args: readonly string[], settings?: Settings) => finish(start(args, settings));

/** Runs the program in a terminal of its own; returns everything that the terminal got. */
async function runInTerminal(
  args: readonly string[],
  { env = {}, columns = 80 }: Settings & { columns?: number } = {},
) {
  const line = [...PROGRAM, ...args].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qefc', `stty cols ${columns}; exec ${line}`, '/dev/null'], {
    // Not what CI adds: Node takes a terminal there for one without colours.
    env: {
      PATH: process.env.PATH,
      VIDEOS_API_KEY: 'test-key',
      TERM: 'xterm-256color',
      TSX_TSCONFIG_PATH: `${ROOT}tsconfig.json`,
      ...env,
    },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return finish(child);
}

/** The service on real sockets, and the arguments that lead there. */
async function listen(options?: VideosEmulatorOptions) {
  const emulator = createVideosEmulator(options);
  const server = await emulator.listen();
  onTestFinished(() => server.close());
  return { emulator, at: ['--base-url', server.baseUrl] };
}

const events = (stdout: string): Record<string, unknown>[] =>
  stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

const apiRequests = ({ requests }: VideosEmulator) => requests.filter(({ on }) => on === 'api').length;

/** Resolves once the program has said so on stderr. */
async function said(child: ChildProcessWithoutNullStreams, pattern: RegExp): Promise<void> {
  let seen = '';
  for await (const chunk of child.stderr.iterator({ destroyOnReturn: false })) {
    seen += chunk;
    if (pattern.test(seen)) return;
  }
  throw new Error(`The program ended, having said: ${seen}`);
}

it('videos-client get prints the state of a task to stderr, and nothing to stdout while there is no video', async () => {
  const { emulator, at } = await listen();
  emulator.addTask({ id: 'video_1', after: { polls: 3 } });
  const { stdout, stderr, code } = await run(['get', 'video_1', ...at]);
  expect(code).toBe(0);
  expect(stdout).toBe('');
  expect(stderr).toBe(`The API key goes to ${new URL(at[1] as string).host}.\nqueued\n`);
});

it('videos-client get prints the URL of a completed video, and the task itself with --json', async () => {
  const { emulator, at } = await listen();
  emulator.addTask({ id: 'video_1', after: { polls: 1 } });
  expect((await run(['get', 'video_1', ...at])).stdout).toMatch(/^http:\S+video_1\.mp4\n$/);
  const { stdout } = await run(['get', 'video_1', '--json', ...at]);
  expect(JSON.parse(stdout)).toMatchObject({ id: 'video_1', object: 'video', status: 'completed' });
});

it('videos-client get exits with 0 for a failed task too, and says why it failed', async () => {
  const { emulator, at } = await listen();
  emulator.addTask({ id: 'video_1', outcome: 'failed', error: 'Refused.', after: { polls: 1 } });
  const { stderr, code } = await run(['get', 'video_1', ...at]);
  expect(code).toBe(0);
  expect(stderr).toContain('failed: Refused.');
});

it('videos-client wait prints a line for each poll to stderr when piped, and the URL alone to stdout', async () => {
  const { emulator, at } = await listen();
  emulator.addTask({ id: 'video_1', after: { polls: 3 } });
  const { stdout, stderr, code } = await run(['wait', 'video_1', ...FAST, ...at]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^http:\S+video_1\.mp4\n$/);
  expect(stderr.split('\n').slice(1)).toEqual([
    'queued, next poll in 10 ms',
    'processing, next poll in 10 ms',
    'completed',
    '',
  ]);
});

it('videos-client wait saves the video with -o, and prints its path', async () => {
  const { emulator, at } = await listen();
  const folder = await scratch();
  emulator.addTask({ id: 'video_1', after: { polls: 2 } });
  const path = join(folder, 'made', 'cat.mp4');
  const { stdout, code } = await run(['wait', 'video_1', '-o', path, ...FAST, ...at]);
  expect(code).toBe(0);
  expect(stdout).toBe(`${path}\n`);
  expect(new Uint8Array(await readFile(path))).toEqual(sampleVideo());
});

it('videos-client wait tolerates failed polls, and shows each with its reason', async () => {
  const { emulator, at } = await listen();
  emulator.addTask({ id: 'video_1', after: { polls: 1 } });
  // More than one request tries by itself.
  emulator.fail({ times: 1, with: { status: 400, body: { message: 'odd' } } });
  const { code, stderr } = await run(['wait', 'video_1', ...FAST, ...at]);
  expect([code, stderr.includes('odd')]).toEqual([1, true]);
});

it('videos-client wait prints one event a line with --json, and nothing else to stdout', async () => {
  const { emulator, at } = await listen();
  const folder = await scratch();
  emulator.addTask({ id: 'video_1', after: { polls: 2 } });
  const { stdout } = await run(['wait', 'video_1', '--json', '-o', `${folder}/`, ...FAST, ...at]);
  const seen = events(stdout);
  expect(seen[0]).toMatchObject({ event: 'update', video: { status: 'queued' }, id: 'video_1', polls: 1 });
  expect(seen.map(({ event }) => event).filter((event, i, all) => event !== all[i - 1])).toEqual([
    'update',
    'completed',
    'progress',
    'saved',
  ]);
  expect(seen.at(-1)).toMatchObject({ event: 'saved', path: join(folder, 'video_1.mp4') });
});

it('videos-client wait exits with 1 for a failed task, and offers no command to resume', async () => {
  const { emulator, at } = await listen();
  emulator.addTask({ id: 'video_1', outcome: 'failed', error: 'Refused.', after: { polls: 1 } });
  const { stdout, stderr, code } = await run(['wait', 'video_1', '--json', ...at]);
  expect(code).toBe(1);
  expect(stderr).toContain('Refused.');
  expect(stderr).not.toContain('Resume');
  expect(events(stdout).at(-1)).toMatchObject({ event: 'failed', error: { name: 'VideoFailedError' } });
});

it.each([
  ['an id that the service does not know', 'unknown', {}],
  ['a key that the service refuses', 'video_1', { VIDEOS_API_KEY: 'another-key' }],
])(
  'videos-client wait says a permanent error once, and offers no command to resume: %s',
  async (_, id, env) => {
    const { at } = await listen();
    const { stderr, code } = await run(['wait', id, ...at], { env });
    expect(code).toBe(1);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^The API key goes to/),
      expect.stringMatching(/^videos-client: Failed to get the result of task/),
      '',
    ]);
  },
);

it('videos-client wait exits with 3 when --max-wait is over, and gives the command that resumes', async () => {
  const { emulator, at } = await listen();
  emulator.addTask({ id: 'a task', after: { polls: Number.POSITIVE_INFINITY } });
  const { stderr, code } = await run([
    'wait',
    'a task',
    '--max-wait',
    '30ms',
    '-o',
    './x y/',
    ...FAST,
    ...at,
  ]);
  expect(code).toBe(3);
  expect(stderr).toContain(`Resume with: npx videos-client wait 'a task' -o './x y/' ${at.join(' ')}\n`);
});

it('videos-client wait refuses a path that is taken, or cannot be written to, before it requests anything', async () => {
  const { emulator, at } = await listen();
  const folder = await scratch();
  await writeFile(join(folder, 'cat.mp4'), 'mine');
  const taken = await run(['wait', 'video_1', '-o', join(folder, 'cat.mp4'), ...at]);
  expect([taken.code, taken.stderr.includes('EEXIST')]).toEqual([1, true]);
  expect(apiRequests(emulator)).toBe(0);
});

it('videos-client save saves under the name of the task where no path is given', async () => {
  const { emulator, at } = await listen();
  const cwd = await scratch();
  emulator.addTask({ id: 'video_1', after: { polls: 1 } });
  const { stdout, code } = await run(['save', 'video_1', ...at], { cwd });
  expect(code).toBe(0);
  expect(stdout).toBe(`${join(cwd, 'video_1.mp4')}\n`);
  expect(await readdir(cwd)).toEqual(['video_1.mp4']);
});

it('videos-client save names its own option where the file exists already', async () => {
  const { at } = await listen();
  const cwd = await scratch();
  await writeFile(join(cwd, 'video_1.mp4'), 'mine');
  const { stderr, code } = await run(['save', 'video_1', ...at], { cwd });
  expect(code).toBe(1);
  expect(stderr).toMatch(/EEXIST: file already exists, '.*video_1.mp4'. Choose another path with -o.\n$/);
});

it('videos-client save exits with 3 while the task has not ended, and gives the command that waits', async () => {
  const { emulator, at } = await listen();
  emulator.addTask({ id: 'video_1', after: { polls: 9 } });
  const { stderr, code } = await run(['save', 'video_1', ...at], { cwd: await scratch() });
  expect(code).toBe(3);
  expect(stderr).toContain(`Resume with: npx videos-client wait video_1 -o ./video_1.mp4 ${at.join(' ')}\n`);
});

it('videos-client save exits with 3 where the disk is full, and gives the command that resumes', async () => {
  const { emulator, at } = await listen();
  emulator.addTask({ id: 'video_1', after: { polls: 1 } });
  const fullDisk = `
    import fs from 'node:fs/promises';
    import { syncBuiltinESMExports } from 'node:module';
    const { open } = fs;
    fs.open = async (path, ...rest) => {
      if (!String(path).endsWith('.partial')) return open(path, ...rest);
      throw Object.assign(new Error('ENOSPC: no space left on device, open'), { code: 'ENOSPC', path });
    };
    syncBuiltinESMExports();`;
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(fullDisk)}`;
  const settings = { cwd: await scratch(), env: { NODE_OPTIONS } };
  const { stderr, code } = await run(['save', 'video_1', ...at], settings);
  expect(stderr).toContain('videos-client: ENOSPC: no space left on device, open\n');
  expect(stderr).toContain(`Resume with: npx videos-client wait video_1 -o ./video_1.mp4 ${at.join(' ')}\n`);
  expect(code).toBe(3);
});

it('videos-client create makes a file of a prompt, and prints the id before anything else happens', async () => {
  const { emulator, at } = await listen();
  emulator.onCreate(() => ({ id: 'video_new', after: { polls: 2 } }));
  const cwd = await scratch();
  const args = [
    'create',
    '--prompt',
    'A cat',
    '--duration',
    '6',
    '--ratio',
    '9:16',
    '--model',
    'videos_fast',
  ];
  const { stdout, stderr, code } = await run([...args, ...FAST, ...at], { cwd });
  expect(code).toBe(0);
  expect(stdout).toBe(`${join(cwd, 'video_new.mp4')}\n`);
  expect(stderr.split('\n')[1]).toBe('Created task video_new');
  const [created] = emulator.requests;
  expect(created).toMatchObject({ method: 'POST' });
  expect(JSON.stringify(created)).toContain('videos_fast');
});

it('videos-client create checks the path before anything is paid for', async () => {
  const { emulator, at } = await listen();
  const cwd = await scratch();
  await writeFile(join(cwd, 'cat.mp4'), 'mine');
  const { code } = await run(['create', '--prompt', 'A cat', '-o', 'cat.mp4', ...at], { cwd });
  expect(code).toBe(1);
  expect(apiRequests(emulator)).toBe(0);
});

it.each(['stdout', 'stderr'] as const)(
  'videos-client create saves the video though the reader of its %s has gone',
  async (stream) => {
    const { emulator, at } = await listen();
    const cwd = await scratch();
    emulator.onCreate(() => ({ id: 'video_new', after: { polls: 3 } }));
    const child = start(['create', '--prompt', 'A cat', '--json', ...FAST, ...at], { cwd });
    child[stream].destroy();
    const { code } = await finish(child);
    expect(code).toBe(0);
    expect(await readdir(cwd)).toEqual(['video_new.mp4']);
  },
);

it('videos-client create needs a prompt, and a whole number of seconds', async () => {
  const none = await run(['create']);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('Pass --prompt.')]);
  const odd = await run(['create', '--prompt', 'A cat', '--duration', '5s']);
  expect([odd.code, odd.stderr]).toEqual([2, expect.stringContaining('Invalid --duration: "5s"')]);
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  'videos-client exits on %s with %d, and prints the command that resumes',
  async (signal, expected) => {
    const { emulator, at } = await listen();
    emulator.addTask({ id: 'video_1', after: { polls: Number.POSITIVE_INFINITY } });
    const child = start(['wait', 'video_1', '--interval', '1h', ...at]);
    const saidMore = said(child, /next poll in/);
    await saidMore;
    child.kill(signal);
    const { stderr, code } = await finish(child);
    expect(code).toBe(expected);
    expect(stderr).toBe(`Resume with: npx videos-client wait video_1 ${at.join(' ')}\n`);
  },
);

it.each([
  [['wait'], 'Which task? Pass its id.'],
  [['wait', 'a', 'b'], 'Expected one task id, got 2.'],
  [
    ['wait', 'a', '--max-wait', '10'],
    'Invalid --max-wait: "10". Expected a duration such as 500ms, 30s, 5m or 1h.',
  ],
  [['wait', 'a\n'], 'Invalid task id: "a\\n" begins or ends with white space or an invisible character.'],
  [
    ['create', '--prompt', '-x'],
    "Option '--prompt' argument is ambiguous. Did you forget to specify the option argument for '--prompt'? To specify an option argument starting with a dash use '--prompt=-XYZ'.\n",
  ],
  [['wait', 'a', '--intervall', '1s'], "Unknown option '--intervall'"],
  [['get', ' '], 'Invalid task id'],
  [['get', 'a', '--base-url', 'nowhere'], 'Invalid option baseUrl'],
  [['fetch', 'a'], 'there is no command "fetch"'],
  [[], 'Usage: videos-client <command>'],
])('wrong usage of videos-client, such as %j, exits with 2 and says what is wrong', async (args, message) => {
  const { stdout, stderr, code } = await run(args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('Resume with');
});

it('videos-client without a key exits with 2, and names the variable that takes it', async () => {
  const { stderr, code } = await run(['get', 'video_1'], { env: { VIDEOS_API_KEY: '' } });
  expect(code).toBe(2);
  expect(stderr).toContain('No API key. Set the environment variable VIDEOS_API_KEY.');
});

it.each([
  ['--help'],
  ['create', '--help'],
  ['wait', '-h'],
  ['save', '--help'],
  ['get', '--help'],
  ['emulator', '--help'],
])(
  'videos-client prints its help for %s %s to stdout, with an example and no line over 80 characters',
  async (...args) => {
    const { stdout, code } = await run(args, { env: { VIDEOS_API_KEY: '' } });
    expect(code).toBe(0);
    expect(stdout).toContain('Example');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  },
);

it('videos-client prints its version with --version', async () => {
  const { version } = JSON.parse(await readFile(`${ROOT}package.json`, 'utf8'));
  expect((await run(['--version'])).stdout).toBe(`${version}\n`);
});

it('videos-client on a terminal shows one live line with the time and a countdown, then the bar of the download', async () => {
  const { emulator, at } = await listen();
  const folder = await scratch();
  emulator.addTask({ id: 'video_1', after: { polls: 3 } });
  const { stdout, code } = await runInTerminal([
    'wait',
    'video_1',
    '-o',
    `${folder}/`,
    '--interval',
    '1200ms',
    ...at,
  ]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/queued · \d+ ms · next poll in 1 s/);
  expect(stdout).toMatch(new RegExp(`${CLEAR_LINE}processing · [23] s`));
  expect(stdout).toMatch(/█{24} 100 % · 0.0 MB of 0.0 MB/);
  expect(stdout).toContain(`${join(folder, 'video_1.mp4')}`);
});

it('videos-client on a terminal cuts the live line where the terminal is narrow, so that it never wraps', async () => {
  const { emulator, at } = await listen();
  emulator.addTask({ id: 'video_1', after: { polls: 2 } });
  const { stdout } = await runInTerminal(['wait', 'video_1', '--interval', '50ms', ...at], { columns: 20 });
  const live = stdout
    .replaceAll('\x1b[2K', '')
    .split(/[\r\n]+/)
    .filter((line) => /^(queued|completed)/.test(line));
  expect(live[0]).toMatch(/^queued · .*…$/);
  expect(Math.max(...live.map((line) => line.length))).toBeLessThan(20);
});

it('videos-client on a terminal has colours, unless NO_COLOR is set', async () => {
  const { emulator, at } = await listen();
  emulator.onCreate(() => ({ id: 'video_new', after: { polls: 1 } }));
  const args = (name: string) => ['create', '--prompt', 'A cat', '-o', name, ...FAST, ...at];
  const folder = await scratch();
  expect((await runInTerminal(args(join(folder, '1.mp4')))).stdout).toContain('\x1b[32mCreated');
  const plain = await runInTerminal(args(join(folder, '2.mp4')), { env: { NO_COLOR: '1' } });
  expect(plain.stdout).not.toContain('\x1b[32m');
});
