// Consumers' projects: installed from the packed tarball, outside the repository.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROJECTS = fileURLToPath(new URL('projects', import.meta.url));
/** Some of the examples are projects of their own. */
const EXAMPLES = join(ROOT, 'examples');
const CONFORMANCE = ['conformance', 'conformance-files', 'conformance-time', 'create-client'];

/**
 * Outside the repository, whose node_modules would be found from inside; kept, so that a second run is quick; and
 * one for each checkout, so that two can run at a time.
 */
const CACHE = join(tmpdir(), `videos-client-consumers-${hash(ROOT)}`);

function hash(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 16);
}

/** For one program, in milliseconds: enough for an installation on a slow machine, and far less than a pause that is left behind. */
const TIME_LIMIT = 300_000;

/** Why a consumer cannot run on this machine. */
export class Skip extends Error {}

/** The environment without the variables that no user's program has. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const { VIDEOS_API_KEY: _key, VIDEOS_BASE_URL: _url, NODE_OPTIONS: _options, ...env } = process.env;
  return env;
}

/** The result of a program that failed. */
interface Failure {
  stdout: string;
  stderr: string;
  code: string | number | null;
  /** Whether it took too long. */
  killed: boolean;
}

/** Runs a program to its end, and returns what it printed. @throws what it printed, if it fails or hangs. */
export async function run(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<string> {
  const { cwd } = options;
  const env = { ...plainEnvironment(), ...options.env };
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { cwd, env, timeout: TIME_LIMIT });
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr, code, killed } = error as Failure;
    const end = killed ? `did not end within ${TIME_LIMIT} ms` : `failed: ${code}`;
    throw new Error(`${command} ${args.join(' ')} ${end}\n${stdout}${stderr}`);
  }
}

/** Installs what the package.json in a folder names, and more. No install script runs: the binaries come as packages. */
export function npmInstall(folder: string, more: readonly string[] = []): Promise<string> {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'];
  return run('npm', ['install', ...flags, ...more], { cwd: folder });
}

/** The package as npm would publish it, freshly built. */
export async function packTarball(): Promise<string> {
  const folder = join(CACHE, 'tarball');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await run('npm', ['pack', '--pack-destination', folder], { cwd: ROOT });
  const [name = ''] = await readdir(folder);
  // npm takes a file of the same name for the same package.
  const tarball = join(folder, `videos-client-${hash(await readFile(join(folder, name)))}.tgz`);
  await rename(join(folder, name), tarball);
  return tarball;
}

/** The conformance as JavaScript, in both formats, and as TypeScript, for projects that compile it themselves. */
async function writeConformance(folder: string, name: string): Promise<void> {
  const source = await readFile(new URL(`${name}.ts`, import.meta.url), 'utf8');
  const compile = (module: ts.ModuleKind) =>
    ts.transpileModule(source, { compilerOptions: { module, target: ts.ScriptTarget.ES2022 } }).outputText;
  const path = join(folder, name);
  await writeFile(`${path}.mjs`, compile(ts.ModuleKind.ESNext));
  await writeFile(`${path}.cjs`, compile(ts.ModuleKind.CommonJS));
  for (const end of ['ts', 'mts', 'cts']) await writeFile(`${path}.${end}`, source);
}

/** An empty folder for a project, except for the node_modules of its last run. */
export async function emptyFolder(name: string): Promise<string> {
  const folder = join(CACHE, name);
  await mkdir(folder, { recursive: true });
  for (const entry of await readdir(folder)) {
    if (entry !== 'node_modules') await rm(join(folder, entry), { recursive: true });
  }
  return folder;
}

/** A consumer's project, with the packed package installed twice: under its name, and as `other-copy`. */
export async function createProject(name: string, tarball: string): Promise<string> {
  const folder = await emptyFolder(name);
  const source = [PROJECTS, EXAMPLES].map((parent) => join(parent, name)).find(existsSync);
  if (source === undefined) throw new Error(`there is no project ${name}`);
  const filter = (path: string) => !path.includes('node_modules');
  await cp(source, folder, { recursive: true, filter });
  for (const part of CONFORMANCE) await writeConformance(folder, part);
  await npmInstall(folder, [tarball, `other-copy@file:${tarball}`]);
  return folder;
}

/** The program in the one package of a scope that fits this platform, such as `@deno/linux-x64-glibc`. @throws {Skip} */
export async function platformBinary(project: string, scope: string, path: string): Promise<string> {
  const folder = join(project, 'node_modules', scope);
  const [name] = await readdir(folder).catch(() => []);
  if (name === undefined) throw new Skip(`${scope} has no package for ${process.platform} ${process.arch}`);
  return join(folder, name, path);
}
