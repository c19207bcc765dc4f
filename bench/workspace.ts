// The folder in which the alternatives are installed.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathOf, WORKSPACE } from './measure.ts';

const MODULES = join(WORKSPACE, 'node_modules');

type Packages = Record<string, { dependencies?: Record<string, string> }>;

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

const npm = (args: string[], cwd: string) =>
  execFileSync('npm', args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });

/** Installs the alternatives as their lock says, and this package as it is published. */
export function prepare(): void {
  mkdirSync(WORKSPACE, { recursive: true });
  cpSync(pathOf('alternatives'), WORKSPACE, { recursive: true });
  cpSync(pathOf('clients'), WORKSPACE, { recursive: true });
  npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], WORKSPACE);

  npm(['run', 'build'], pathOf('..'));
  const packed = npm(['pack', '--ignore-scripts', '--json', '--pack-destination', WORKSPACE], pathOf('..'));
  const archive = join(WORKSPACE, JSON.parse(packed)[0].filename);
  const target = join(MODULES, 'videos-client');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  execFileSync('tar', ['-xzf', archive, '-C', target, '--strip-components=1']);
  rmSync(archive);
}

/** What `npm install` installs for one package: how many packages, and how many bytes. */
export function installed(name: string): { packages: number; bytes: number } {
  const { packages }: { packages: Packages } = readJson(join(WORKSPACE, 'package-lock.json'));
  const paths = new Set([`node_modules/${name}`]);
  // Iterating over a set also visits what is added meanwhile.
  for (const path of paths) {
    for (const dependency of Object.keys(packages[path]?.dependencies ?? {})) {
      paths.add(resolvePackage(packages, dependency, path));
    }
  }
  const bytes = [...paths].reduce((sum, path) => sum + sizeOf(join(WORKSPACE, path)), 0);
  return { packages: paths.size, bytes };
}

/** Where Node finds a package: in the nearest `node_modules` on the way up. */
function resolvePackage(packages: Packages, name: string, from: string): string {
  const nested = `${from}/node_modules/${name}`;
  if (nested in packages) return nested;
  const end = from.lastIndexOf('/node_modules/');
  return end < 0 ? `node_modules/${name}` : resolvePackage(packages, name, from.slice(0, end));
}

/** Bytes of a package's own files, without those of packages nested in it. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .map((entry) => ({ entry, path: join(folder, entry.name) }))
    .reduce((sum, { entry, path }) => sum + (entry.isDirectory() ? sizeOf(path) : statSync(path).size), 0);
}

/** Names and versions of what is compared. */
export function versions(): string[] {
  const { dependencies } = readJson(join(WORKSPACE, 'package.json'));
  const { version } = readJson(join(MODULES, 'videos-client/package.json'));
  return Object.entries({ 'videos-client': version, ...dependencies }).map((pair) => pair.join(' '));
}
